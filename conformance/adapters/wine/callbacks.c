#define COBJMACROS
#include "callbacks.h"
#include <bits2_5.h>
#include <bits3_0.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

enum { NAMES_MAX = 4096 };

struct listener {
    IBackgroundCopyCallback2 face;
    LONG references;
    GUID id; /* of the job whose it is */
    const char *names[NAMES_MAX];
    int count;
    SRWLOCK lock;
    struct listener *next;
};

static struct listener *listeners;
static SRWLOCK listeners_lock = SRWLOCK_INIT;

static struct listener *of(IBackgroundCopyCallback2 *face) { return (struct listener *)face; }

static HRESULT note(IBackgroundCopyCallback2 *face, const char *name) {
    struct listener *own = of(face);
    AcquireSRWLockExclusive(&own->lock);
    if (own->count < NAMES_MAX) own->names[own->count++] = name;
    ReleaseSRWLockExclusive(&own->lock);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE query(IBackgroundCopyCallback2 *face, REFIID wanted, void **found) {
    *found = NULL;
    if (!IsEqualIID(wanted, &IID_IUnknown) && !IsEqualIID(wanted, &IID_IBackgroundCopyCallback) &&
        !IsEqualIID(wanted, &IID_IBackgroundCopyCallback2))
        return E_NOINTERFACE;
    InterlockedIncrement(&of(face)->references);
    *found = face;
    return S_OK;
}

static ULONG STDMETHODCALLTYPE add_ref(IBackgroundCopyCallback2 *face) {
    return (ULONG)InterlockedIncrement(&of(face)->references);
}

/* Never freed: the adapter may still be asked for what was called. */
static ULONG STDMETHODCALLTYPE release(IBackgroundCopyCallback2 *face) {
    return (ULONG)InterlockedDecrement(&of(face)->references);
}

static HRESULT STDMETHODCALLTYPE transferred(IBackgroundCopyCallback2 *face, IBackgroundCopyJob *job) {
    (void)job;
    return note(face, "JobTransferred");
}

static HRESULT STDMETHODCALLTYPE failed(IBackgroundCopyCallback2 *face, IBackgroundCopyJob *job,
                                        IBackgroundCopyError *error) {
    (void)job, (void)error;
    return note(face, "JobError");
}

static HRESULT STDMETHODCALLTYPE modified(IBackgroundCopyCallback2 *face, IBackgroundCopyJob *job, DWORD reserved) {
    (void)job, (void)reserved;
    return note(face, "JobModification");
}

static HRESULT STDMETHODCALLTYPE file_transferred(IBackgroundCopyCallback2 *face, IBackgroundCopyJob *job,
                                                  IBackgroundCopyFile *file) {
    (void)job, (void)file;
    return note(face, "FileTransferred");
}

static IBackgroundCopyCallback2Vtbl methods = {query,  add_ref,  release,         transferred,
                                               failed, modified, file_transferred};

static struct listener *listener_of(const GUID *id) {
    struct listener *own;
    AcquireSRWLockExclusive(&listeners_lock);
    for (own = listeners; own && memcmp(&own->id, id, sizeof *id); own = own->next) {}
    if (!own && (own = calloc(1, sizeof *own))) {
        own->face.lpVtbl = &methods;
        own->references = 1;
        own->id = *id;
        InitializeSRWLock(&own->lock);
        own->next = listeners;
        listeners = own;
    }
    ReleaseSRWLockExclusive(&listeners_lock);
    return own;
}

HRESULT callbacks_register(const GUID *id, IBackgroundCopyJob *job) {
    struct listener *own = listener_of(id);
    return own ? IBackgroundCopyJob_SetNotifyInterface(job, (IUnknown *)&own->face) : E_OUTOFMEMORY;
}

void callbacks_take(const GUID *id, struct line *reply) {
    struct listener *own = listener_of(id);
    line_add(reply, "\"value\":[");
    if (own) {
        AcquireSRWLockExclusive(&own->lock);
        for (int number = 0; number < own->count; number++)
            line_add(reply, "%s\"%s\"", number ? "," : "", own->names[number]);
        own->count = 0;
        ReleaseSRWLockExclusive(&own->lock);
    }
    line_add(reply, "]");
}
