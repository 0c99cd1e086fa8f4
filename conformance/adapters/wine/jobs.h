/* The jobs of a background copy manager, by the ids that the kit has for them. Any number of threads may ask. */
#ifndef COPYJOB_JOBS_H
#define COPYJOB_JOBS_H
#include <windows.h>
#include "json.h"

/* Reach the manager of this class; a failing HRESULT where there is none. */
HRESULT jobs_open(const CLSID *manager_class, int adds_ranges);
int jobs_are_open(void);

/* Make a job and write the reply's key and value; 0 where its manager could not be reached, not even anew. */
int jobs_create(const char *line, struct line *reply);

/* Carry out any other `call` of the request `line` and write the rest of the reply (a key and its value) to `reply`;
   0 where there is no such call. */
int jobs_answer(const char *call, const char *line, struct line *reply);

/* Release what was handed out a while ago and is not needed any more. It may hang as any call may. */
void jobs_tidy(void);

/* Write a reply's key and value: what the adapter itself says, an HRESULT. */
void say_errored(struct line *reply, const char *what, HRESULT why);
void say_hresult(struct line *reply, HRESULT hresult);
#endif
