/* Whom a job calls back: an object that keeps the names of the methods that were called, a list for each job. */
#ifndef COPYJOB_CALLBACKS_H
#define COPYJOB_CALLBACKS_H
#include <bits.h>
#include "json.h"

HRESULT callbacks_register(const GUID *id, IBackgroundCopyJob *job);
void callbacks_take(const GUID *id, struct line *reply);
#endif
