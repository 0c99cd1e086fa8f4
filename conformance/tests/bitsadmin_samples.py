"""What bitsadmin prints, in each layout that is read: written anew with names of our own, in the layout of its source.

Law: a layout that stands in no source named here is not read.

1. `INFO`: MicrosoftDocs/windowsserverdocs, WindowsServerDocs/administration/windows-commands/bitsadmin-examples.md, of
   May 2018 (``/info myDownloadJob /verbose``): the sentence behind ERROR CONTEXT goes on in the next line, the file is
   indented by blanks.
2. `INFO_PLAIN`: the same page today: no indentation.
3. `LIST` and `MONITOR`: the same page: a line a job, names without quotes, ``Listed 2 job(s).``, the head of /monitor.
4. `LIST_QUOTED`: fox-it/dissect.target, tests/plugins/os/windows/test_bits.py (``bitsadmin /list`` on Windows Server
   2019): names in quotes, with blanks and dashes; the states TRANSFERRED, ERROR and CONNECTING; a job of three ranges.
5. `LIST_VERBOSE`: samples in the tests of a public tool for incident response (``parse_bits_jobs``, of which the index
   that found it names no repository; ``/list /allusers /verbose`` of Windows 10 and 11): the name in quotes, year first
   in times, the file behind a tab, integrity level and elevation of the owner, ``Listed 0 job(s).``. They leave lines
   out, which stand here as in 1, with ACL FLAGS, the flags of peer caching and CUSTOM HEADERS under the names that
   bits_jobs_parser.py of maxspl/OSIR and T1197_BITSJobs.ps1 of huymath2/CheckATTCKTools read them by.
6. `HEAD`: https://www.hannes1909.de/?p=48 (``BITSADMIN version 3.0 [ 7.5.7601 ]``), and the pages of Lync Server about
   synthetic transactions in MicrosoftDocs for the two lines that call the tool deprecated.
"""

from __future__ import annotations

FIRST, SECOND, THIRD = (f"{{{digit * 8}-1111-2222-3333-444444444444}}" for digit in "ABC")

INFO = f"""\
GUID: {FIRST} DISPLAY: nightly
TYPE: DOWNLOAD STATE: TRANSIENT_ERROR OWNER: example\\user
PRIORITY: NORMAL FILES: 0 / 1 BYTES: 0 / UNKNOWN
CREATION TIME: 3/14/2005 1:21:17 PM MODIFICATION TIME: 3/14/2005 1:21:30 PM
COMPLETION TIME: UNKNOWN
NOTIFY INTERFACE: UNREGISTERED NOTIFICATION FLAGS: 3
RETRY DELAY: 600 NO PROGRESS TIMEOUT: 1209600 ERROR COUNT: 0
PROXY USAGE: PRECONFIG PROXY LIST: NULL PROXY BYPASS LIST: NULL
ERROR FILE:    https://example.com/a.zip -> c:\\a.zip
ERROR CODE:    0x80072ee7 - The server name or address could not be resolved
ERROR CONTEXT: 0x00000005 - The error occurred while the remote file was being \n\
processed.
DESCRIPTION:
JOB FILES:
        0 / UNKNOWN WORKING https://example.com/a.zip -> c:\\a.zip
NOTIFICATION COMMAND LINE: none
"""

INFO_PLAIN = INFO.replace("        0 / UNKNOWN", "0 / UNKNOWN").replace("being \n", "being\n")

LIST = f"""\
{FIRST} one SUSPENDED 0 / 0 0 / 0
{SECOND} two TRANSIENT_ERROR 0 / 1 0 / UNKNOWN

Listed 2 job(s).
"""

MONITOR = f"""\
MONITORING BACKGROUND COPY MANAGER(5 second refresh)
{FIRST} one SUSPENDED 0 / 0 0 / 0
{THIRD} three TRANSFERRED 1 / 1 1000 / 1000
"""

LIST_QUOTED = f"""\
{FIRST} 'Basic Test' TRANSFERRED 1 / 1 1024 / 1024
{SECOND} 'Ranges_1' ERROR 0 / 3 0 / 84988
{THIRD} 'Failed - no name' CONNECTING 0 / 1 0 / UNKNOWN
"""

HEAD = """\

BITSADMIN version 3.0 [ 7.5.7601 ]
BITS administration utility.
(C) Copyright 2000-2006 Microsoft Corp.

BITSAdmin is deprecated and is not guaranteed to be available in future versions of Windows.
Administrative tools for the BITS service are now provided by BITS PowerShell cmdlets.

"""

LIST_VERBOSE = (
    "bitsadmin /list /allusers /verbose\n\nBITSADMIN version 3.0\nBITS administration utility.\n\n"
    f"""\
GUID: {SECOND} DISPLAY: 'Component Updater'
TYPE: DOWNLOAD STATE: TRANSFERRED OWNER: HOST\\user name
PRIORITY: FOREGROUND FILES: 2 / 2 BYTES: 300 / 300
CREATION TIME: 2026/06/17 19:18:02 MODIFICATION TIME: 2026/06/17 19:18:24
COMPLETION TIME: 2026/06/17 19:18:24 ACL FLAGS:
NOTIFY INTERFACE: UNREGISTERED NOTIFICATION FLAGS: 3
RETRY DELAY: 60 NO PROGRESS TIMEOUT: 600 ERROR COUNT: 2
PROXY USAGE: PRECONFIG PROXY LIST: NULL PROXY BYPASS LIST: NULL
DESCRIPTION: two files,
told in two lines
JOB FILES: \n\
\t100 / 100 WORKING http://example.com/x -> D:\\some files\\x
\t200 / 200 WORKING http://example.com/y -> D:\\some files\\y
NOTIFICATION COMMAND LINE: none
owner MIC integrity level: MEDIUM
owner elevated ?           false

Peercaching flags
\t Enable download from peers      :false
\t Enable serving to peers         :false

CUSTOM HEADERS: NULL

""" + INFO + "\nListed 2 job(s).\n"
)

EMPTY = "BITSADMIN version 3.0\nBITS administration utility.\n\nListed 0 job(s).\n"

ALL = {
    "info": INFO,
    "info-plain": INFO_PLAIN,
    "list": LIST,
    "monitor": MONITOR,
    "list-quoted": LIST_QUOTED,
    "list-verbose": LIST_VERBOSE,
    "empty": EMPTY,
    "with-a-head": HEAD + LIST,
}
