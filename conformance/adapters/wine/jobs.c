/* Every call of the protocol as the one method of COM that it means.

   Law: what a method returns is passed on as it is. A job is held by its interface pointer, as a client holds it, until
   the service is started again: after that it is looked up by GetJob, and whatever that answers is the answer. Nothing
   is remembered but the pointers. Who wants a new job of a service that has died meanwhile reaches its manager anew.

   What else was handed out is released a moment later: Wine's RPC may lock up for good where an interface is released
   right after the answer to its last call. */
#define COBJMACROS
#include <initguid.h>
#include "jobs.h"
#include <bits.h>
#include <bits1_5.h>
#include <bits2_0.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "callbacks.h"

typedef WCHAR *(CDECL *to_windows)(const char *);
typedef char *(CDECL *to_unix)(const WCHAR *);

static IBackgroundCopyManager *manager;
static CLSID class_of_manager;
static int by_ranges; /* the class has no AddFile: a file is added as its one range */
static to_windows windows_path;
static to_unix unix_path;

enum { LEFTOVER_MS = 1000, ANEW_TIMES = 5, ANEW_MS = 300 };

struct leftover { IUnknown *face; ULONGLONG since; struct leftover *next; };
static struct leftover *leftovers;
static SRWLOCK leftovers_lock = SRWLOCK_INIT;

struct job { GUID id; IBackgroundCopyJob *own; };
static struct job *jobs;
static int jobs_count;
static SRWLOCK jobs_lock = SRWLOCK_INIT;

/* Replies */

void say_hresult(struct line *reply, HRESULT hresult) { line_add(reply, "\"hresult\":%ld", (long)hresult); }

void say_errored(struct line *reply, const char *what, HRESULT why) {
    line_add(reply, "\"errored\":\"%s: 0x%08lX\"", what, (unsigned long)why);
}

static void add_id(struct line *reply, const GUID *id) {
    const unsigned char *last = id->Data4;
    line_add(reply, "\"%08lx-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x\"", (unsigned long)id->Data1, id->Data2,
             id->Data3, last[0], last[1], last[2], last[3], last[4], last[5], last[6], last[7]);
}

static void add_path(struct line *reply, const WCHAR *path) {
    char *given = unix_path ? unix_path(path) : NULL;
    if (given) {
        line_add_text(reply, given);
        HeapFree(GetProcessHeap(), 0, given);
    } else {
        line_add_wide(reply, path);
    }
}

static void add_seconds(struct line *reply, FILETIME time) {
    unsigned long long ticks = (unsigned long long)time.dwHighDateTime << 32 | time.dwLowDateTime;
    if (ticks) line_add(reply, "%llu.%07llu", ticks / 10000000, ticks % 10000000);
    else line_add(reply, "null");
}

static void release_later(void *face) {
    struct leftover *own = malloc(sizeof *own);
    if (!own) return;
    own->face = face;
    own->since = GetTickCount64();
    AcquireSRWLockExclusive(&leftovers_lock);
    own->next = leftovers;
    leftovers = own;
    ReleaseSRWLockExclusive(&leftovers_lock);
}

void jobs_tidy(void) {
    struct leftover *old = NULL;
    AcquireSRWLockExclusive(&leftovers_lock);
    for (struct leftover **at = &leftovers; *at && !old; at = &(*at)->next)
        if (GetTickCount64() - (*at)->since > LEFTOVER_MS) old = *at, *at = NULL; /* and all before it */
    ReleaseSRWLockExclusive(&leftovers_lock);
    for (struct leftover *next; old; old = next) {
        next = old->next;
        IUnknown_Release(old->face);
        free(old);
    }
}

/* Jobs */

/* Their pointers lead nowhere any more; they are not released, for nobody is there to be told. */
static void let_go(void) {
    AcquireSRWLockExclusive(&jobs_lock);
    jobs_count = 0;
    ReleaseSRWLockExclusive(&jobs_lock);
}

HRESULT jobs_open(const CLSID *manager_class, int adds_ranges) {
    let_go();
    HMODULE kernel = GetModuleHandleA("kernel32.dll");
    windows_path = (to_windows)(void *)GetProcAddress(kernel, "wine_get_dos_file_name");
    unix_path = (to_unix)(void *)GetProcAddress(kernel, "wine_get_unix_file_name");
    class_of_manager = *manager_class;
    by_ranges = adds_ranges;
    IBackgroundCopyManager *found = NULL;
    HRESULT opened =
        CoCreateInstance(manager_class, NULL, CLSCTX_LOCAL_SERVER, &IID_IBackgroundCopyManager, (void **)&found);
    if (SUCCEEDED(opened)) manager = found;
    return opened;
}

int jobs_are_open(void) { return manager != NULL; }

static int read_id(const char *line, GUID *id) {
    char text[64], braced[72];
    if (!json_field(line, "job", text, sizeof text)) return 0;
    snprintf(braced, sizeof braced, "{%s}", text);
    WCHAR *wide = wide_of(braced);
    HRESULT read = CLSIDFromString(wide, id);
    free(wide);
    return SUCCEEDED(read);
}

static IBackgroundCopyJob *held(const GUID *id) {
    IBackgroundCopyJob *own = NULL;
    AcquireSRWLockShared(&jobs_lock);
    for (int number = jobs_count - 1; number >= 0 && !own; number--)
        if (!memcmp(&jobs[number].id, id, sizeof *id)) own = jobs[number].own;
    ReleaseSRWLockShared(&jobs_lock);
    return own;
}

static void hold(const GUID *id, IBackgroundCopyJob *own) {
    AcquireSRWLockExclusive(&jobs_lock);
    struct job *more = realloc(jobs, sizeof *jobs * (size_t)(jobs_count + 1));
    if (more) {
        jobs = more;
        jobs[jobs_count].id = *id;
        jobs[jobs_count++].own = own;
    }
    ReleaseSRWLockExclusive(&jobs_lock);
}

/* Whether a call reached nobody: the service has died since its manager was reached. */
static int reached_nobody(HRESULT hresult) {
    return hresult == RPC_E_DISCONNECTED || hresult == RPC_E_SERVER_DIED || hresult == RPC_E_SERVER_DIED_DNE ||
           hresult == CO_E_OBJNOTCONNECTED || hresult == HRESULT_FROM_WIN32(RPC_S_SERVER_UNAVAILABLE) ||
           hresult == HRESULT_FROM_WIN32(RPC_S_CALL_FAILED_DNE);
}

int jobs_create(const char *line, struct line *reply) {
    char name[TEXT_MAX];
    GUID id;
    IBackgroundCopyJob *own = NULL;
    json_field(line, "display_name", name, sizeof name);
    WCHAR *wide = wide_of(name);
    HRESULT hresult = IBackgroundCopyManager_CreateJob(manager, wide, BG_JOB_TYPE_DOWNLOAD, &id, &own);
    for (int times = 0; reached_nobody(hresult) && times < ANEW_TIMES; times++) {
        fprintf(stderr, "adapter: create_job: 0x%08lX; the manager is reached anew\n", (unsigned long)hresult);
        fflush(stderr);
        Sleep(ANEW_MS);
        if (SUCCEEDED(jobs_open(&class_of_manager, by_ranges)))
            hresult = IBackgroundCopyManager_CreateJob(manager, wide, BG_JOB_TYPE_DOWNLOAD, &id, &own);
    }
    free(wide);
    if (FAILED(hresult)) {
        say_errored(reply, "CreateJob failed", hresult);
        return !reached_nobody(hresult);
    }
    hold(&id, own);
    line_add(reply, "\"value\":");
    add_id(reply, &id);
    return 1;
}

static void get_job(const GUID *id, struct line *reply) {
    IBackgroundCopyJob *found = NULL;
    HRESULT hresult = IBackgroundCopyManager_GetJob(manager, id, &found);
    if (found) release_later(found);
    say_hresult(reply, hresult);
}

static void enum_jobs(struct line *reply) {
    IEnumBackgroundCopyJobs *all = NULL;
    IBackgroundCopyJob *one = NULL;
    ULONG got = 0;
    HRESULT hresult = IBackgroundCopyManager_EnumJobs(manager, 0, &all);
    if (FAILED(hresult)) {
        say_hresult(reply, hresult);
        return;
    }
    line_add(reply, "\"value\":[");
    for (int count = 0; IEnumBackgroundCopyJobs_Next(all, 1, &one, &got) == S_OK && got == 1; count++) {
        GUID id;
        if (FAILED(IBackgroundCopyJob_GetId(one, &id))) memset(&id, 0, sizeof id);
        if (count) line_add(reply, ",");
        add_id(reply, &id);
        release_later(one);
    }
    release_later(all);
    line_add(reply, "]");
}

/* One job */

static HRESULT add_file(IBackgroundCopyJob *job, const char *line) {
    char text[TEXT_MAX];
    HRESULT hresult;
    json_field(line, "remote_url", text, sizeof text);
    WCHAR *url = wide_of(text);
    json_field(line, "local_path", text, sizeof text);
    WCHAR *mapped = windows_path ? windows_path(text) : NULL, *path = mapped ? mapped : wide_of(text);
    if (by_ranges) {
        BG_FILE_RANGE whole = {0, BG_LENGTH_TO_EOF};
        IBackgroundCopyJob3 *newer = NULL;
        hresult = IBackgroundCopyJob_QueryInterface(job, &IID_IBackgroundCopyJob3, (void **)&newer);
        if (SUCCEEDED(hresult)) {
            hresult = IBackgroundCopyJob3_AddFileWithRanges(newer, url, path, 1, &whole);
            release_later(newer);
        }
    } else {
        hresult = IBackgroundCopyJob_AddFile(job, url, path);
    }
    if (mapped) HeapFree(GetProcessHeap(), 0, mapped);
    else free(path);
    free(url);
    return hresult;
}

static void get_progress(IBackgroundCopyJob *job, struct line *reply) {
    BG_JOB_PROGRESS told;
    HRESULT hresult = IBackgroundCopyJob_GetProgress(job, &told);
    if (FAILED(hresult)) {
        say_hresult(reply, hresult);
        return;
    }
    line_add(reply, "\"value\":[");
    if (told.BytesTotal == BG_SIZE_UNKNOWN) line_add(reply, "null");
    else line_add(reply, "%llu", (unsigned long long)told.BytesTotal);
    line_add(reply, ",%llu,%lu,%lu]", (unsigned long long)told.BytesTransferred, told.FilesTotal,
             told.FilesTransferred);
}

static void get_error(IBackgroundCopyJob *job, struct line *reply) {
    IBackgroundCopyError *error = NULL;
    BG_ERROR_CONTEXT context = BG_ERROR_CONTEXT_NONE;
    HRESULT code = S_OK, hresult = IBackgroundCopyJob_GetError(job, &error);
    if (SUCCEEDED(hresult)) {
        hresult = IBackgroundCopyError_GetError(error, &context, &code);
        release_later(error);
    }
    if (FAILED(hresult)) say_hresult(reply, hresult);
    else line_add(reply, "\"value\":[%d,%lu]", (int)context, (unsigned long)code);
}

static void get_times(IBackgroundCopyJob *job, struct line *reply) {
    BG_JOB_TIMES told;
    HRESULT hresult = IBackgroundCopyJob_GetTimes(job, &told);
    if (FAILED(hresult)) {
        say_hresult(reply, hresult);
        return;
    }
    line_add(reply, "\"value\":[");
    add_seconds(reply, told.CreationTime);
    line_add(reply, ",");
    add_seconds(reply, told.ModificationTime);
    line_add(reply, ",");
    add_seconds(reply, told.TransferCompletionTime);
    line_add(reply, "]");
}

/* Those that it has: a getter that fails tells nothing of the others. */
static void get_properties(IBackgroundCopyJob *job, struct line *reply) {
    WCHAR *name = NULL;
    BG_JOB_PRIORITY priority;
    ULONG seconds;
    const char *comma = "";
    HRESULT hresult;
    line_add(reply, "\"value\":{");
    if (SUCCEEDED(hresult = IBackgroundCopyJob_GetDisplayName(job, &name))) {
        line_add(reply, "\"display_name\":");
        line_add_wide(reply, name);
        CoTaskMemFree(name);
        comma = ",";
    }
    if (SUCCEEDED(hresult = IBackgroundCopyJob_GetPriority(job, &priority))) {
        line_add(reply, "%s\"priority\":%d", comma, (int)priority);
        comma = ",";
    }
    if (SUCCEEDED(hresult = IBackgroundCopyJob_GetNoProgressTimeout(job, &seconds))) {
        line_add(reply, "%s\"no_progress_timeout\":%lu", comma, seconds);
        comma = ",";
    }
    if (SUCCEEDED(hresult = IBackgroundCopyJob_GetMinimumRetryDelay(job, &seconds))) {
        line_add(reply, "%s\"minimum_retry_delay\":%lu", comma, seconds);
        comma = ",";
    }
    line_add(reply, "}");
    if (!*comma) {
        reply->used = 0;
        say_hresult(reply, hresult);
    }
}

static void get_error_count(IBackgroundCopyJob *job, struct line *reply) {
    ULONG count = 0;
    HRESULT hresult = IBackgroundCopyJob_GetErrorCount(job, &count);
    if (FAILED(hresult)) say_hresult(reply, hresult);
    else line_add(reply, "\"value\":%lu", count);
}

static void get_state(IBackgroundCopyJob *job, struct line *reply) {
    BG_JOB_STATE state;
    HRESULT hresult = IBackgroundCopyJob_GetState(job, &state);
    if (FAILED(hresult)) say_hresult(reply, hresult);
    else line_add(reply, "\"value\":%d", (int)state);
}

static void enum_files(IBackgroundCopyJob *job, struct line *reply) {
    IEnumBackgroundCopyFiles *all = NULL;
    IBackgroundCopyFile *one = NULL;
    ULONG got = 0;
    HRESULT hresult = IBackgroundCopyJob_EnumFiles(job, &all);
    if (FAILED(hresult)) {
        say_hresult(reply, hresult);
        return;
    }
    line_add(reply, "\"value\":[");
    for (int count = 0; IEnumBackgroundCopyFiles_Next(all, 1, &one, &got) == S_OK && got == 1; count++) {
        WCHAR *url = NULL, *path = NULL;
        IBackgroundCopyFile_GetRemoteName(one, &url);
        IBackgroundCopyFile_GetLocalName(one, &path);
        line_add(reply, count ? ",[" : "[");
        line_add_wide(reply, url ? url : L"");
        line_add(reply, ",");
        add_path(reply, path ? path : L"");
        line_add(reply, "]");
        CoTaskMemFree(url);
        CoTaskMemFree(path);
        release_later(one);
    }
    release_later(all);
    line_add(reply, "]");
}

static unsigned long number(const char *line, const char *name) {
    char text[32];
    json_field(line, name, text, sizeof text);
    return strtoul(text, NULL, 10);
}

static int answer_of_job(const GUID *id, IBackgroundCopyJob *job, const char *call, const char *line,
                         struct line *reply) {
    if (!strcmp(call, "get_state")) get_state(job, reply);
    else if (!strcmp(call, "get_progress")) get_progress(job, reply);
    else if (!strcmp(call, "get_error")) get_error(job, reply);
    else if (!strcmp(call, "get_times")) get_times(job, reply);
    else if (!strcmp(call, "get_properties")) get_properties(job, reply);
    else if (!strcmp(call, "get_error_count")) get_error_count(job, reply);
    else if (!strcmp(call, "enum_files")) enum_files(job, reply);
    else if (!strcmp(call, "add_file")) say_hresult(reply, add_file(job, line));
    else if (!strcmp(call, "resume")) say_hresult(reply, IBackgroundCopyJob_Resume(job));
    else if (!strcmp(call, "suspend")) say_hresult(reply, IBackgroundCopyJob_Suspend(job));
    else if (!strcmp(call, "cancel")) say_hresult(reply, IBackgroundCopyJob_Cancel(job));
    else if (!strcmp(call, "complete")) say_hresult(reply, IBackgroundCopyJob_Complete(job));
    else if (!strcmp(call, "set_priority"))
        say_hresult(reply, IBackgroundCopyJob_SetPriority(job, (BG_JOB_PRIORITY)number(line, "priority")));
    else if (!strcmp(call, "set_no_progress_timeout"))
        say_hresult(reply, IBackgroundCopyJob_SetNoProgressTimeout(job, number(line, "seconds")));
    else if (!strcmp(call, "set_minimum_retry_delay"))
        say_hresult(reply, IBackgroundCopyJob_SetMinimumRetryDelay(job, number(line, "seconds")));
    else if (!strcmp(call, "set_notify_flags"))
        say_hresult(reply, IBackgroundCopyJob_SetNotifyFlags(job, number(line, "flags")));
    else if (!strcmp(call, "set_notify_interface")) say_hresult(reply, callbacks_register(id, job));
    else return 0;
    return 1;
}

int jobs_answer(const char *call, const char *line, struct line *reply) {
    GUID id;
    if (!strcmp(call, "enum_jobs")) {
        enum_jobs(reply);
    } else if (!read_id(line, &id)) {
        return 0;
    } else if (!strcmp(call, "get_job")) {
        get_job(&id, reply);
    } else if (!strcmp(call, "take_callbacks")) {
        callbacks_take(&id, reply);
    } else {
        IBackgroundCopyJob *job = held(&id);
        if (!job) {
            HRESULT hresult = IBackgroundCopyManager_GetJob(manager, &id, &job);
            if (FAILED(hresult)) {
                say_hresult(reply, hresult);
                return 1;
            }
            hold(&id, job);
        }
        return answer_of_job(&id, job, call, line, reply);
    }
    return 1;
}
