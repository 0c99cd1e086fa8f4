/* A copy manager of COM by hand, beside the kit: each word of the command line is one call, or one thing that the
   server does, and what was answered is printed as it is. Nothing is judged here.

   by_hand.exe server:truncated create add resume until:TRANSFERRED progress complete file

   The server is a socket of this program on loopback. It answers every request alike:
   server:whole      200, 1000 bytes                    server:truncated  200, 100 of 1000 bytes, then the end
   server:NUMBER     this status, 4 bytes               server:reset      200, 100 of 1000 bytes, then a reset
   server:hold       200, 100 of 1000 bytes, no more    server:mute       nothing at all
   server:refuse     nobody listens there               server:unsized    200 without a size, 1000 bytes, then the end
   release           lets go of what hold and mute keep: the rest of the bytes, and the end
   &cancel           a call of another thread, which is not waited for
   A call that has not returned after 20 s is told, and ends the program. */
#define COBJMACROS
#include <initguid.h>
#include <winsock2.h>
#include <bits.h>
#include <bits2_5.h>
#include <bits3_0.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "service.h"

static const CLSID CLASS = {0x4991D34B, 0x80A1, 0x4291, {0x83, 0xB6, 0x33, 0x28, 0x36, 0x6B, 0x90, 0x97}};
static const char *const STATES[] = {"QUEUED",          "CONNECTING",  "TRANSFERRING", "SUSPENDED", "ERROR",
                                     "TRANSIENT_ERROR", "TRANSFERRED", "ACKNOWLEDGED", "CANCELLED"};
enum { PATIENCE_MS = 20000, WHOLE = 1000, PART = 100, LOOK_MS = 50, HELD_MAX = 64 };

static IBackgroundCopyManager *manager;
static IBackgroundCopyJob *job;
static GUID id;
static unsigned short port;
static char server[32] = "whole";
static const char *volatile doing;
static volatile ULONGLONG since;
static int files, held_count;
static SOCKET held[HELD_MAX];

/* The server */

static DWORD WINAPI converse(void *socket_of) {
    SOCKET client = (SOCKET)socket_of;
    char text[4096 + WHOLE];
    int status = atoi(server), part = strcmp(server, "whole") && strcmp(server, "unsized") && !status;
    if (recv(client, text, 4096, 0) <= 0) return 0;
    printf("  the server reads: %.*s\n", (int)strcspn(text, "\r"), text);
    if ((!strcmp(server, "mute") || !strcmp(server, "hold")) && held_count < HELD_MAX) held[held_count++] = client;
    if (!strcmp(server, "mute")) return 0;
    if (status) snprintf(text, 4096, "HTTP/1.1 %d So\r\nContent-Length: 4\r\n\r\nsorr", status);
    else if (!strcmp(server, "unsized")) snprintf(text, 4096, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    else snprintf(text, 4096, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", WHOLE);
    /* Headers and content arrive together. */
    size_t length = strlen(text), bytes = status ? 0 : part ? PART : WHOLE;
    memset(text + length, 'x', bytes);
    send(client, text, (int)(length + bytes), 0);
    if (!strcmp(server, "hold")) return 0;
    Sleep(200);
    if (!strcmp(server, "reset")) {
        struct linger hard = {1, 0};
        setsockopt(client, SOL_SOCKET, SO_LINGER, (char *)&hard, sizeof hard);
    }
    closesocket(client);
    return 0;
}

static DWORD WINAPI serve(void *listener) {
    for (;;) {
        SOCKET client = accept((SOCKET)listener, NULL, NULL);
        if (client == INVALID_SOCKET) return 0;
        CreateThread(NULL, 0, converse, (void *)client, 0, NULL);
    }
}

static int release(void) {
    char rest[WHOLE - PART];
    memset(rest, 'x', sizeof rest);
    for (; held_count; held_count--) {
        send(held[held_count - 1], rest, sizeof rest, 0);
        closesocket(held[held_count - 1]);
    }
    return 1;
}

static void listen_on_loopback(void) {
    WSADATA data;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int room = sizeof at;
    WSAStartup(MAKEWORD(2, 2), &data);
    SOCKET listener = socket(AF_INET, SOCK_STREAM, 0);
    bind(listener, (struct sockaddr *)&at, sizeof at);
    getsockname(listener, (struct sockaddr *)&at, &room);
    listen(listener, 16);
    port = ntohs(at.sin_port);
    CreateThread(NULL, 0, serve, (void *)listener, 0, NULL);
}

/* Whom the job calls back */

static HRESULT STDMETHODCALLTYPE query(IBackgroundCopyCallback2 *face, REFIID wanted, void **found) {
    int ours = IsEqualGUID(wanted, &IID_IUnknown) || IsEqualGUID(wanted, &IID_IBackgroundCopyCallback) ||
               IsEqualGUID(wanted, &IID_IBackgroundCopyCallback2);
    *found = ours ? face : NULL;
    return ours ? S_OK : E_NOINTERFACE;
}
static ULONG STDMETHODCALLTYPE count(IBackgroundCopyCallback2 *face) { return (void)face, 1; }
static HRESULT STDMETHODCALLTYPE transferred(IBackgroundCopyCallback2 *face, IBackgroundCopyJob *of) {
    return (void)face, (void)of, puts("  JobTransferred is called"), S_OK;
}
static HRESULT STDMETHODCALLTYPE failed(IBackgroundCopyCallback2 *face, IBackgroundCopyJob *of,
                                        IBackgroundCopyError *error) {
    return (void)face, (void)of, (void)error, puts("  JobError is called"), S_OK;
}
static HRESULT STDMETHODCALLTYPE modified(IBackgroundCopyCallback2 *face, IBackgroundCopyJob *of, DWORD reserved) {
    return (void)face, (void)of, (void)reserved, puts("  JobModification is called"), S_OK;
}
static HRESULT STDMETHODCALLTYPE one_file(IBackgroundCopyCallback2 *face, IBackgroundCopyJob *of,
                                          IBackgroundCopyFile *file) {
    return (void)face, (void)of, (void)file, puts("  FileTransferred is called"), S_OK;
}
static IBackgroundCopyCallback2Vtbl methods = {query, count, count, transferred, failed, modified, one_file};
static IBackgroundCopyCallback2 listener = {&methods};

/* Words */

static DWORD WINAPI watch(void *unused) {
    (void)unused;
    for (;; Sleep(LOOK_MS)) {
        if (!doing || GetTickCount64() - since < PATIENCE_MS) continue;
        printf("%s has not returned for %d s\n", doing, PATIENCE_MS / 1000);
        ExitProcess(0);
    }
}

static BG_JOB_STATE state(void) {
    BG_JOB_STATE told = (BG_JOB_STATE)-1;
    HRESULT hresult = IBackgroundCopyJob_GetState(job, &told);
    if (FAILED(hresult)) printf("GetState -> 0x%08lX\n", hresult);
    return told;
}

static void path(int number, WCHAR *out) {
    WCHAR folder[MAX_PATH];
    GetTempPathW(MAX_PATH, folder);
    swprintf(out, MAX_PATH, L"%ls\\by-hand-%lu-%d", folder, GetCurrentProcessId(), number);
}

static HRESULT add(void) {
    WCHAR url[64], name[MAX_PATH];
    swprintf(url, 64, L"http://127.0.0.1:%d/%d", strcmp(server, "refuse") ? port : 1, files);
    path(files++, name);
    return IBackgroundCopyJob_AddFile(job, url, name);
}

static HRESULT progress(void) {
    BG_JOB_PROGRESS told = {0};
    HRESULT hresult = IBackgroundCopyJob_GetProgress(job, &told);
    printf("  %lld of %lld bytes, %lu of %lu files\n", (long long)told.BytesTransferred, (long long)told.BytesTotal,
           told.FilesTransferred, told.FilesTotal);
    return hresult;
}

static HRESULT error(void) {
    IBackgroundCopyError *told = NULL;
    BG_ERROR_CONTEXT context = 0;
    HRESULT code = 0, hresult = IBackgroundCopyJob_GetError(job, &told);
    if (FAILED(hresult)) return hresult;
    hresult = IBackgroundCopyError_GetError(told, &context, &code);
    printf("  context %d, code 0x%08lX\n", (int)context, code);
    return hresult;
}

static HRESULT list(void) {
    IEnumBackgroundCopyJobs *all = NULL;
    ULONG number = 0;
    HRESULT hresult = IBackgroundCopyManager_EnumJobs(manager, 0, &all);
    if (SUCCEEDED(hresult)) hresult = IEnumBackgroundCopyJobs_GetCount(all, &number);
    return printf("  %lu jobs\n", number), hresult;
}

static HRESULT find(void) {
    IBackgroundCopyJob *found = NULL;
    HRESULT hresult = IBackgroundCopyManager_GetJob(manager, &id, &found);
    if (SUCCEEDED(hresult)) job = found;
    return hresult;
}

static HRESULT open_manager(void) {
    return CoCreateInstance(&CLASS, NULL, CLSCTX_LOCAL_SERVER, &IID_IBackgroundCopyManager, (void **)&manager);
}

static void tell_files(void) {
    WIN32_FILE_ATTRIBUTE_DATA told;
    WCHAR name[MAX_PATH];
    for (int number = 0; number < files; number++) {
        path(number, name);
        if (GetFileAttributesExW(name, GetFileExInfoStandard, &told))
            printf("  file %d is there, %lu bytes\n", number, told.nFileSizeLow);
        else printf("  file %d is not there\n", number);
    }
}

static void put_file(void) {
    WCHAR name[MAX_PATH];
    path(files, name);
    FILE *file = _wfopen(name, L"wb");
    fputs("what stood here before", file);
    fclose(file);
}

static void until(const char *wanted) {
    ULONGLONG began = GetTickCount64();
    const char *told = "";
    do {
        BG_JOB_STATE now = state();
        told = now <= BG_JOB_STATE_CANCELLED ? STATES[now] : "?";
    } while (strcmp(told, wanted) && GetTickCount64() - began < PATIENCE_MS / 2 && (Sleep(LOOK_MS), 1));
    printf("GetState -> %s, after %llu ms\n", told, GetTickCount64() - began);
}

static int say_number(const char *what, HRESULT hresult, ULONG number) {
    return printf("%s -> 0x%08lX, %lu\n", what, hresult, number);
}

static int carry_out(const char *word) {
    const char *rest = strchr(word, ':');
    size_t length = rest ? (size_t)(rest++ - word) : strlen(word);
    ULONG number = 0;
    BG_JOB_TIMES times;
    HRESULT hresult;
#define IS(name) (length == sizeof name - 1 && !strncmp(word, name, length))
#define CALL(name, call) if (IS(name)) return printf("%s -> 0x%08lX\n", word, (call))
    if (IS("server")) return snprintf(server, sizeof server, "%s", rest ? rest : "whole");
    if (IS("sleep")) return Sleep(rest ? (DWORD)atoi(rest) : 1000), 1;
    if (IS("release")) return release();
    if (IS("put")) return put_file(), 1;
    if (IS("file")) return tell_files(), 1;
    if (IS("until")) return until(rest ? rest : "TRANSFERRED"), 1;
    if (IS("state")) return number = state(), printf("GetState -> %s\n", number < 9 ? STATES[number] : "?");
    CALL("create", IBackgroundCopyManager_CreateJob(manager, L"by hand", BG_JOB_TYPE_DOWNLOAD, &id, &job));
    CALL("jobs", list());
    CALL("find", find());
    CALL("kill", service_kill("BITS"));
    CALL("open", open_manager());
    if (!job) return 0;
    CALL("add", add());
    CALL("resume", IBackgroundCopyJob_Resume(job));
    CALL("suspend", IBackgroundCopyJob_Suspend(job));
    CALL("cancel", IBackgroundCopyJob_Cancel(job));
    CALL("complete", IBackgroundCopyJob_Complete(job));
    CALL("progress", progress());
    CALL("error", error());
    CALL("times", IBackgroundCopyJob_GetTimes(job, &times));
    CALL("set-priority", IBackgroundCopyJob_SetPriority(job, (BG_JOB_PRIORITY)(rest ? atoi(rest) : 1)));
    CALL("set-retry-delay", IBackgroundCopyJob_SetMinimumRetryDelay(job, rest ? (ULONG)atoi(rest) : 700));
    CALL("set-timeout", IBackgroundCopyJob_SetNoProgressTimeout(job, rest ? (ULONG)atoi(rest) : 700));
    CALL("flags", IBackgroundCopyJob_SetNotifyFlags(job, rest ? (ULONG)atoi(rest) : 3));
    CALL("listen", IBackgroundCopyJob_SetNotifyInterface(job, (IUnknown *)&listener));
    if (IS("priority")) return hresult = IBackgroundCopyJob_GetPriority(job, (BG_JOB_PRIORITY *)&number),
                               say_number(word, hresult, number);
    if (IS("retry-delay")) return hresult = IBackgroundCopyJob_GetMinimumRetryDelay(job, &number),
                                  say_number(word, hresult, number);
    if (IS("timeout")) return hresult = IBackgroundCopyJob_GetNoProgressTimeout(job, &number),
                              say_number(word, hresult, number);
    if (IS("errors")) return hresult = IBackgroundCopyJob_GetErrorCount(job, &number),
                             say_number(word, hresult, number);
    return 0;
}

static DWORD WINAPI beside(void *word) { return CoInitializeEx(NULL, COINIT_MULTITHREADED), (DWORD)!carry_out(word); }

int main(int words, char **word) {
    setvbuf(stdout, NULL, _IONBF, 0);
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    CoInitializeSecurity(NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_CONNECT, RPC_C_IMP_LEVEL_IMPERSONATE, NULL, EOAC_NONE,
                         NULL);
    HRESULT opened = open_manager();
    if (FAILED(opened)) return printf("there is no manager: 0x%08lX\n", opened), 1;
    listen_on_loopback();
    CreateThread(NULL, 0, watch, NULL, 0, NULL);
    for (int at = 1; at < words; at++) {
        if (*word[at] == '&') {
            CreateThread(NULL, 0, beside, word[at] + 1, 0, NULL);
            continue;
        }
        since = GetTickCount64();
        doing = word[at];
        if (!carry_out(word[at])) return printf("there is no word %s, or no job for it\n", word[at]), 2;
        doing = NULL;
    }
    ExitProcess(0);
}
