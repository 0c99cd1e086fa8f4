/* A small download service that speaks the protocol of a copyjob backend program, version 1.
   Replace what it does by calls of your own. Build and try it:
     cc -O2 -o adapter adapter.c && copyjob smoke 'program:./adapter'

   A running job has a child process that fetches one file; it tells by one byte that it is connected, and by its exit
   code how it ended. What a child did meanwhile is taken in when a call comes. */
#define _POSIX_C_SOURCE 200809L
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { QUEUED, CONNECTING, TRANSFERRING, SUSPENDED, ERROR, TRANSIENT_ERROR, TRANSFERRED, ACKNOWLEDGED, CANCELLED };
enum { FETCHED, LASTS, PASSES }; /* how a child ends */
enum { REDIRECTS_MAX = 5 };

static const unsigned S_OK = 0, PARTIAL_COMPLETE = 0x00200017, INVALID_STATE = 0x80200002, EMPTY = 0x80200003;

struct file { char *url, *path, *part; };
struct job {
    int state, count, done, told; /* told: where the child tells that it is connected */
    pid_t child;                  /* 0: nobody works for the job */
    struct file *files;
};

static struct job *jobs;
static int jobs_count;

static void *must(void *memory) {
    if (!memory) { perror("adapter"); exit(1); }
    return memory;
}

/* JSON: enough of it to read a flat object of strings and numbers, whatever the spacing and the order of its keys. */

static const char *skip(const char *at) {
    while (isspace((unsigned char)*at) || *at == ',' || *at == ':' || *at == '{') at++;
    return at;
}

static unsigned hex4(const char *at) {
    char digits[5] = {0};
    strncpy(digits, at, 4);
    return (unsigned)strtoul(digits, NULL, 16);
}

/* Read the string or number at `at` into `out`, as UTF-8; return what follows it. */
static const char *token(const char *at, char *out, size_t room) {
    size_t used = 0;
    int quoted = *at == '"';
    if (quoted) at++;
    while (*at && (quoted ? *at != '"' : !strchr(",} \t\r\n", *at))) {
        unsigned code = (unsigned char)*at++;
        if (quoted && code == '\\') {
            char escaped = *at++;
            if (escaped == 'u') {
                code = hex4(at);
                at += 4;
                if (code >= 0xD800 && code < 0xDC00 && at[0] == '\\' && at[1] == 'u') {
                    code = 0x10000 + ((code - 0xD800) << 10) + (hex4(at + 2) - 0xDC00);
                    at += 6;
                }
                char utf8[4];
                int length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
                static const unsigned char mark[] = {0, 0, 0xC0, 0xE0, 0xF0};
                for (int i = length - 1; i > 0; i--, code >>= 6) utf8[i] = (char)(0x80 | (code & 0x3F));
                utf8[0] = (char)(mark[length] | code);
                for (int i = 0; i < length && used + 1 < room; i++) out[used++] = utf8[i];
                continue;
            }
            const char *plain = strchr("n\nt\tr\rb\bf\f", escaped);
            code = plain ? (unsigned char)plain[1] : (unsigned char)escaped;
        }
        if (used + 1 < room) out[used++] = (char)code;
    }
    out[used] = 0;
    return *at == '"' && quoted ? at + 1 : at;
}

/* Find a key of the object in `line`; return 0 where it is not there. */
static int field(const char *line, const char *name, char *out, size_t room) {
    char key[64];
    for (const char *at = skip(line); *at && *at != '}';) {
        at = skip(token(at, key, sizeof key));
        at = skip(token(at, out, room));
        if (!strcmp(key, name)) return 1;
    }
    out[0] = 0;
    return 0;
}

/* The child: fetches one file and ends. */

static int passes(int status) {
    if (status >= 500) return status != 501 && status != 505;
    return status == 408 || status == 409 || status == 425 || status == 429;
}

static int redirects(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* Fetch a file from `url`, where it is after so many redirects. */
static void fetch(const struct file *file, const char *url, int followed, int tell) {
    char host[256], port[16] = "80", head[8192], location[4096] = "", moved[4096 + sizeof host + sizeof port];
    const char *at = url + strlen("http://"), *path = strchr(at, '/');
    size_t length = path ? (size_t)(path - at) : strlen(at);
    if (length >= sizeof host) _exit(LASTS);
    memcpy(host, at, length);
    host[length] = 0;
    char *colon = strrchr(host, ':');
    if (colon) { snprintf(port, sizeof port, "%s", colon + 1); *colon = 0; }

    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    if (getaddrinfo(host, port, &hints, &found)) _exit(PASSES);
    int line = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
    if (line < 0 || connect(line, found->ai_addr, found->ai_addrlen)) _exit(PASSES);
    if (!followed && write(tell, "c", 1) != 1) _exit(PASSES);
    int asked = snprintf(head, sizeof head, "GET %s HTTP/1.1\r\nHost: %s:%s\r\nConnection: close\r\n\r\n",
                         path ? path : "/", host, port);
    if (write(line, head, (size_t)asked) != asked) _exit(PASSES);

    FILE *answer = fdopen(line, "r");
    int status = 0;
    long long whole = -1, got = 0;
    if (!answer || !fgets(head, sizeof head, answer) || sscanf(head, "HTTP/1.%*d %d", &status) != 1) _exit(PASSES);
    do {
        if (!fgets(head, sizeof head, answer)) _exit(PASSES);
        for (char *letter = head; *letter && *letter != ':'; letter++) *letter = (char)tolower((unsigned char)*letter);
        sscanf(head, "content-length: %lld", &whole);
        sscanf(head, "location: %4095s", location);
    } while (strcmp(head, "\r\n"));
    if (redirects(status) && *location && followed < REDIRECTS_MAX) {
        if (*location == '/') snprintf(moved, sizeof moved, "http://%s:%s%s", host, port, location);
        else if (!strncmp(location, "http://", strlen("http://"))) snprintf(moved, sizeof moved, "%s", location);
        else _exit(LASTS);
        fclose(answer);
        fetch(file, moved, followed + 1, tell);
    }
    if (status != 200) _exit(passes(status) ? PASSES : LASTS);
    if (whole < 0) _exit(LASTS); /* this one asks for a length, as BITS does */

    FILE *part = fopen(file->part, "w");
    if (!part) _exit(LASTS);
    while (got < whole) {
        size_t read = fread(head, 1, sizeof head < (size_t)(whole - got) ? sizeof head : (size_t)(whole - got), answer);
        if (!read) _exit(PASSES);
        if (fwrite(head, 1, read, part) != read) _exit(LASTS);
        got += (long long)read;
    }
    _exit(fclose(part) ? LASTS : FETCHED);
}

/* Jobs */

static void start(struct job *job) {
    int ends[2];
    if (pipe(ends)) { perror("adapter"); exit(1); }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    job->state = CONNECTING;
    job->told = ends[0];
    job->child = fork();
    if (job->child < 0) { perror("adapter"); exit(1); }
    if (!job->child) {
        /* Replies are the parent's alone, and so are the requests. */
        int nowhere = open("/dev/null", O_RDWR);
        dup2(nowhere, 0);
        dup2(nowhere, 1);
        close(ends[0]);
        const struct file *file = &job->files[job->done];
        fetch(file, file->url, 0, ends[1]);
    }
    close(ends[1]);
}

static void stop(struct job *job) {
    if (!job->child) return;
    kill(job->child, SIGKILL);
    waitpid(job->child, NULL, 0);
    close(job->told);
    job->child = 0;
}

/* Take in what the job's child has done meanwhile. */
static void look(struct job *job) {
    char byte;
    int ended;
    if (!job->child) return;
    pid_t gone = waitpid(job->child, &ended, WNOHANG);
    if (read(job->told, &byte, 1) == 1) job->state = TRANSFERRING;
    if (!gone) return;
    close(job->told);
    job->child = 0;
    if (WIFEXITED(ended) && WEXITSTATUS(ended) == FETCHED) {
        if (++job->done == job->count) job->state = TRANSFERRED;
        else start(job);
    } else {
        job->state = WIFEXITED(ended) && WEXITSTATUS(ended) == LASTS ? ERROR : TRANSIENT_ERROR;
    }
}

static void end(struct job *job, int state) {
    stop(job);
    for (int number = 0; number < job->count; number++) {
        struct file *file = &job->files[number];
        if (state == ACKNOWLEDGED && number < job->done) rename(file->part, file->path);
        else unlink(file->part);
    }
    job->state = state;
}

static unsigned change(struct job *job, const char *call, const char *line) {
    char url[4096], path[4096];
    if (job->state == ACKNOWLEDGED || job->state == CANCELLED) return INVALID_STATE;
    if (!strcmp(call, "add_file")) {
        field(line, "remote_url", url, sizeof url);
        field(line, "local_path", path, sizeof path);
        job->files = must(realloc(job->files, sizeof *job->files * (size_t)(job->count + 1)));
        struct file *file = &job->files[job->count++];
        file->url = must(strdup(url));
        file->path = must(strdup(path));
        file->part = must(malloc(strlen(path) + 6));
        sprintf(file->part, "%s.part", path);
    } else if (!strcmp(call, "resume")) {
        if (!job->count) return EMPTY;
        if (!job->child) {
            if (job->done < job->count) start(job);
            else job->state = TRANSFERRED;
        }
    } else if (!strcmp(call, "suspend")) {
        stop(job);
        job->state = SUSPENDED;
    } else if (!strcmp(call, "cancel")) {
        end(job, CANCELLED);
    } else {
        end(job, ACKNOWLEDGED);
        if (job->done < job->count) return PARTIAL_COMPLETE;
    }
    return S_OK;
}

static int is_change(const char *call) {
    static const char *const names[] = {"add_file", "resume", "suspend", "cancel", "complete"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) if (!strcmp(call, names[i])) return 1;
    return 0;
}

int main(void) {
    char *line = NULL, call[64], id[32], text[64];
    size_t room = 0;
    signal(SIGPIPE, SIG_IGN);
    while (getline(&line, &room, stdin) > 0) {
        field(line, "call", call, sizeof call);
        field(line, "id", id, sizeof id);
        struct job *job = NULL;
        if (field(line, "job", text, sizeof text)) {
            int number = atoi(text);
            if (number < 0 || number >= jobs_count) {
                printf("{\"id\":%s,\"errored\":\"there is no such job\"}\n", id);
                fflush(stdout);
                continue;
            }
            job = &jobs[number];
            look(job);
        }
        if (!strcmp(call, "hello")) {
            printf("{\"id\":%s,\"value\":{\"protocol\":1,\"name\":\"C adapter\",\"dialects\":[\"BITS\"],"
                   "\"powers\":[\"instances\"],\"quiescence_seconds\":5}}\n", id);
        } else if (!strcmp(call, "create_job")) {
            jobs = must(realloc(jobs, sizeof *jobs * (size_t)(jobs_count + 1)));
            jobs[jobs_count] = (struct job){.state = SUSPENDED};
            printf("{\"id\":%s,\"value\":\"%d\"}\n", id, jobs_count++);
        } else if (!strcmp(call, "get_state") && job) {
            printf("{\"id\":%s,\"value\":%d}\n", id, job->state);
        } else if (is_change(call) && job) {
            printf("{\"id\":%s,\"hresult\":%u}\n", id, change(job, call, line));
        } else if (!strcmp(call, "open") || !strcmp(call, "close")) {
            printf("{\"id\":%s,\"hresult\":0}\n", id);
        } else {
            printf("{\"id\":%s,\"unsupported\":\"there is no such call\"}\n", id);
        }
        fflush(stdout);
        if (!strcmp(call, "close")) break;
    }
    /* The end of standard input is the end of this: no child goes on. */
    for (int number = 0; number < jobs_count; number++) stop(&jobs[number]);
    return 0;
}
