#include "service.h"
#include <windows.h>

enum { PATIENCE_MS = 20000 };

static HRESULT last(void) { return HRESULT_FROM_WIN32(GetLastError()); }

static HRESULT process_of(SC_HANDLE service, DWORD *process) {
    SERVICE_STATUS_PROCESS status;
    DWORD needed;
    if (!QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)&status, sizeof status, &needed)) return last();
    *process = status.dwProcessId;
    return status.dwCurrentState == SERVICE_STOPPED ? S_FALSE : S_OK;
}

static HRESULT kill_process(DWORD id) {
    HANDLE process = OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, id);
    if (!process) return GetLastError() == ERROR_INVALID_PARAMETER ? S_OK : last(); /* it is gone already */
    HRESULT killed = TerminateProcess(process, 1) ? S_OK : last();
    if (killed == S_OK && WaitForSingleObject(process, PATIENCE_MS) != WAIT_OBJECT_0)
        killed = HRESULT_FROM_WIN32(ERROR_TIMEOUT);
    /* The handle is kept: no other process gets its number then. Wine tells the objects of a service by that number and
       by counting, and would take a pointer into the service before for one into that which has the same number. */
    return killed;
}

static HRESULT end(const char *name) {
    DWORD process = 0;
    SC_HANDLE all = OpenSCManagerA(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = all ? OpenServiceA(all, name, SERVICE_QUERY_STATUS | SERVICE_START) : NULL;
    HRESULT hresult = service ? process_of(service, &process) : last();
    if (hresult == S_OK) hresult = kill_process(process);
    if (service) CloseServiceHandle(service);
    if (all) CloseServiceHandle(all);
    return hresult;
}

HRESULT service_kill(const char *name) {
    HRESULT hresult = end(name);
    /* Wine's service of RPC goes on to lead clients to a process that is gone. */
    if (SUCCEEDED(hresult) && GetProcAddress(GetModuleHandleA("ntdll.dll"), "wine_get_version")) hresult = end("RpcSs");
    return hresult;
}
