/* A background copy manager of COM as a backend program of the kit: Wine's BITS, or Windows' BITS or Delivery
   Optimization.

   Laws:
   1. No call waits for another: each is carried out by a thread that has nothing else to do. What has not returned
      after WATCHDOG_MS is answered with RPC_E_CALL_CANCELED, which is what a COM client sees who cancels it, and the
      service is noted as doubtful: the next program that is opened ends it first.
   2. A service that died answers as COM does, with an error of RPC. Only for CreateJob, with which a client begins, it
      is reached anew; one that is there and cannot be reached is ended first, where --doubtful allows it. So is one
      that cannot be opened: whoever waits for it to start is waited for TURN_MS only, then it is another one's turn.
   3. Nothing else that the service does is judged, mended or remembered here.

   adapter.exe [--dialect DO] [--class {CLSID}] [--quiescence SECONDS] [--restart] [--doubtful FILE] [--keep] */
#define COBJMACROS
#include <objbase.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include "jobs.h"
#include "json.h"
#include "service.h"

enum { WATCHDOG_MS = 4000, OPEN_MS = 50000, TURN_MS = 10000, ANSWERED = -1, TICK_MS = 200, LINE_MAX = 1 << 20 };

/* {4991D34B-80A1-4291-83B6-3328366B9097}, {5B99FA76-721C-423C-ADAC-56D03C8A8007} */
static const CLSID BITS_CLASS = {0x4991D34B, 0x80A1, 0x4291, {0x83, 0xB6, 0x33, 0x28, 0x36, 0x6B, 0x90, 0x97}};
static const CLSID DO_CLASS = {0x5B99FA76, 0x721C, 0x423C, {0xAD, 0xAC, 0x56, 0xD0, 0x3C, 0x8A, 0x80, 0x07}};

struct request {
    char call[64], id[32], *line;
    ULONGLONG began, turned;
    volatile LONG turn;   /* whose answer counts: the last one's who was set to it; ANSWERED once it has one */
    volatile LONG starts; /* it starts the service, which takes longer than any other call */
    struct request *next, *next_waiting;
};

static const char *doubtful_path, *dialect = "BITS";
static int restarts, quiescence_seconds = 5;
static CLSID manager_class;
static struct request *open_requests, *waiting_requests;
static int idle_workers, waiting_count;
static SRWLOCK requests_lock = SRWLOCK_INIT, output_lock = SRWLOCK_INIT;
static CONDITION_VARIABLE work_to_do = CONDITION_VARIABLE_INIT;

static void doubt(const char *call, HRESULT why) {
    fprintf(stderr, "adapter: %s: 0x%08lX; the service is to be started anew\n", call, (unsigned long)why);
    fflush(stderr);
    FILE *mark = doubtful_path ? fopen(doubtful_path, "w") : NULL;
    if (mark) fclose(mark);
}

/* Print a reply, unless the request was answered before, or somebody else is set to it by now. */
static void answer(struct request *request, LONG turn, struct line *reply) {
    if (InterlockedCompareExchange(&request->turn, ANSWERED, turn) != turn) return;
    struct line whole = {0};
    line_add(&whole, "{\"id\":%s,%s}", request->id, reply->text);
    AcquireSRWLockExclusive(&output_lock);
    line_end(&whole);
    ReleaseSRWLockExclusive(&output_lock);
    free(whole.text);
}

/* Reach the manager, for so long as its service may need to start, or until it is another one's turn. */
static HRESULT open_manager(struct request *request, LONG turn, struct line *reply, ULONGLONG patience) {
    ULONGLONG began = GetTickCount64();
    HRESULT opened = jobs_open(&manager_class, !strcmp(dialect, "DO"));
    while (FAILED(opened) && request->turn == turn && GetTickCount64() - began < patience) {
        Sleep(TICK_MS);
        opened = jobs_open(&manager_class, !strcmp(dialect, "DO"));
    }
    if (FAILED(opened)) say_errored(reply, "there is no manager of this class", opened);
    else say_hresult(reply, S_OK);
    return opened;
}

static HRESULT restart(struct request *request, LONG turn, struct line *reply) {
    HRESULT killed = service_kill(!strcmp(dialect, "DO") ? "DoSvc" : "BITS");
    if (SUCCEEDED(killed)) return open_manager(request, turn, reply, OPEN_MS);
    say_errored(reply, "the service cannot be ended", killed);
    return killed;
}

/* Start the service anew, and carry out a request that begins with it. */
static void begin_anew(struct request *request, LONG turn, struct line *reply) {
    if (FAILED(restart(request, turn, reply)) || strcmp(request->call, "create_job")) return;
    reply->used = 0;
    jobs_create(request->line, reply);
}

/* Make a job; of a service that cannot even be told to, by one that is started anew. */
static void create_job(struct request *request, struct line *reply) {
    if (jobs_create(request->line, reply) || !doubtful_path) return;
    fprintf(stderr, "adapter: create_job: the service is started anew\n");
    fflush(stderr);
    request->turned = GetTickCount64();
    InterlockedExchange(&request->starts, 1);
    reply->used = 0;
    begin_anew(request, 0, reply);
}

static void carry_out(struct request *request, struct line *reply) {
    if (!strcmp(request->call, "open")) {
        /* Who can be told of a service that hangs is the next who opens it. */
        if (doubtful_path && !remove(doubtful_path)) restart(request, 0, reply);
        else open_manager(request, 0, reply, 0);
    } else if (!strcmp(request->call, "restart")) {
        restart(request, 0, reply);
    } else if (!jobs_are_open()) {
        line_add(reply, "\"errored\":\"there is no manager\"");
    } else if (!strcmp(request->call, "create_job")) {
        create_job(request, reply);
    } else if (!jobs_answer(request->call, request->line, reply)) {
        line_add(reply, "\"unsupported\":\"there is no such call\"");
    }
}

static DWORD WINAPI work(void *unused) {
    struct line reply = {0};
    (void)unused;
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    for (;;) {
        AcquireSRWLockExclusive(&requests_lock);
        idle_workers++;
        while (!waiting_requests) SleepConditionVariableSRW(&work_to_do, &requests_lock, INFINITE, 0);
        idle_workers--;
        struct request *request = waiting_requests;
        waiting_requests = request->next_waiting;
        waiting_count--;
        ReleaseSRWLockExclusive(&requests_lock);
        carry_out(request, &reply);
        answer(request, 0, &reply);
        reply.used = 0;
    }
    return 0;
}

struct turn { struct request *request; LONG number; };

static DWORD WINAPI take_turn(void *given) {
    struct turn own = *(struct turn *)given;
    struct line reply = {0};
    free(given);
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    begin_anew(own.request, own.number, &reply);
    answer(own.request, own.number, &reply);
    return 0;
}

/* Set somebody else to a request that has waited for its service for too long. */
static void turn_over(struct request *request) {
    LONG before = request->turn;
    struct turn *next = malloc(sizeof *next);
    if (!next) ExitProcess(1);
    *next = (struct turn){request, before + 1};
    request->turned = GetTickCount64();
    if (before == ANSWERED || InterlockedCompareExchange(&request->turn, before + 1, before) != before) {
        free(next);
        return;
    }
    fprintf(stderr, "adapter: %s: the service did not start; it is started anew\n", request->call);
    fflush(stderr);
    HANDLE thread = CreateThread(NULL, 0, take_turn, next, 0, NULL);
    if (!thread) ExitProcess(1);
    CloseHandle(thread);
}

/* Answer for whoever does not return, and free what has. */
static DWORD WINAPI watch(void *unused) {
    (void)unused;
    for (;;) {
        Sleep(TICK_MS);
        AcquireSRWLockExclusive(&requests_lock);
        for (struct request **at = &open_requests; *at;) {
            struct request *one = *at;
            ULONGLONG patience = one->starts ? OPEN_MS : WATCHDOG_MS, now = GetTickCount64();
            LONG turn = one->turn;
            if (turn != ANSWERED && now - one->began > patience) {
                struct line reply = {0};
                doubt(one->call, RPC_E_CALL_CANCELED);
                if (one->starts || !strcmp(one->call, "create_job"))
                    say_errored(&reply, "the service does not answer", RPC_E_CALL_CANCELED);
                else say_hresult(&reply, RPC_E_CALL_CANCELED);
                answer(one, turn, &reply);
                free(reply.text);
            } else if (turn != ANSWERED && doubtful_path && one->starts && now - one->turned > TURN_MS) {
                turn_over(one);
            }
            /* Its thread may still be in it; a request that was given up is never freed. */
            if (one->turn == ANSWERED) *at = one->next;
            else at = &one->next;
        }
        ReleaseSRWLockExclusive(&requests_lock);
    }
    return 0;
}

static DWORD WINAPI tidy(void *unused) {
    (void)unused;
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    for (;;) {
        Sleep(TICK_MS);
        jobs_tidy();
    }
    return 0;
}

static void begin(const char *line) {
    struct request *request = calloc(1, sizeof *request);
    if (!request || !(request->line = _strdup(line))) ExitProcess(1);
    json_field(line, "call", request->call, sizeof request->call);
    json_field(line, "id", request->id, sizeof request->id);
    request->began = request->turned = GetTickCount64();
    request->starts = !strcmp(request->call, "open") || !strcmp(request->call, "restart");
    AcquireSRWLockExclusive(&requests_lock);
    request->next = open_requests;
    open_requests = request;
    request->next_waiting = waiting_requests;
    waiting_requests = request;
    /* Whoever is idle takes one, and is counted until it has woken. */
    int more = ++waiting_count > idle_workers;
    ReleaseSRWLockExclusive(&requests_lock);
    WakeConditionVariable(&work_to_do);
    if (!more) return;
    HANDLE thread = CreateThread(NULL, 0, work, NULL, 0, NULL);
    if (!thread) ExitProcess(1);
    CloseHandle(thread);
}

static void hello(const char *id) {
    printf("{\"id\":%s,\"value\":{\"protocol\":1,\"name\":\"%s\",\"dialects\":[\"%s\"],\"powers\":[\"progress\","
           "\"error\",\"settings\",\"queue\",\"concurrent_calls\",\"files\",\"enumeration\",\"times\",\"properties\","
           "\"error_count\",\"callbacks\"%s],\"quiescence_seconds\":%d,\"call_timeout_seconds\":60}}\n",
           id, !strcmp(dialect, "DO") ? "Delivery Optimization" : "BITS", dialect, restarts ? ",\"restart\"" : "",
           quiescence_seconds);
    fflush(stdout);
}

int main(int count, char **words) {
    static char line[LINE_MAX];
    char call[64], id[32];
    const char *class_text = NULL;
    for (int at = 1; at < count; at++) {
        if (!strcmp(words[at], "--keep")) Sleep(INFINITE);
        if (!strcmp(words[at], "--restart")) restarts = 1;
        if (at + 1 == count) break;
        if (!strcmp(words[at], "--doubtful")) doubtful_path = words[++at];
        else if (!strcmp(words[at], "--dialect")) dialect = words[++at];
        else if (!strcmp(words[at], "--class")) class_text = words[++at];
        else if (!strcmp(words[at], "--quiescence")) quiescence_seconds = atoi(words[++at]);
    }
    manager_class = !strcmp(dialect, "DO") ? DO_CLASS : BITS_CLASS;
    if (class_text) {
        WCHAR *wide = wide_of(class_text);
        if (FAILED(CLSIDFromString(wide, &manager_class)))
            return fprintf(stderr, "adapter: --class takes a CLSID in braces, not %s\n", class_text), 2;
        free(wide);
    }
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    /* A service that calls back must be let in, and may take this user's part. */
    CoInitializeSecurity(NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_CONNECT, RPC_C_IMP_LEVEL_IMPERSONATE, NULL, EOAC_NONE,
                         NULL);
    CloseHandle(CreateThread(NULL, 0, watch, NULL, 0, NULL));
    CloseHandle(CreateThread(NULL, 0, tidy, NULL, 0, NULL));
    while (fgets(line, sizeof line, stdin)) {
        json_field(line, "call", call, sizeof call);
        json_field(line, "id", id, sizeof id);
        if (!strcmp(call, "hello")) {
            hello(id);
        } else if (!strcmp(call, "close")) {
            printf("{\"id\":%s,\"hresult\":0}\n", id);
            fflush(stdout);
            break;
        } else {
            begin(line);
        }
    }
    ExitProcess(0);
}
