/* Whom a job calls back: an object that keeps the names of the methods that were called, a list for each job. */
#ifndef COPYJOB_CALLBACKS_H
#define COPYJOB_CALLBACKS_H
#include <bits.h>
#include "json.h"

HRESULT callbacks_register(IBackgroundCopyJob *job);
void callbacks_take(IBackgroundCopyJob *job, struct line *reply);
#endif
