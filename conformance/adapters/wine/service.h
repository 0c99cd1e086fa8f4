/* The service behind a manager of COM. */
#ifndef COPYJOB_SERVICE_H
#define COPYJOB_SERVICE_H
#include <windows.h>

/* End the process of the service of this name without a farewell, and wait until it is gone; S_FALSE where it was not
   running. Whoever asks for its manager next starts it again. */
HRESULT service_kill(const char *name);
#endif
