"""The service as a process of its own, and how other processes reach it.

Laws:

1. One folder of its user holds all of it: store, token, socket. Nobody else may enter it.
2. It is reached through a Unix socket in that folder, and through TCP on loopback where that was asked for; nowhere
   else. Every request carries the token, on the socket too.
3. What a call answers is what :class:`~copyjob.reference.handles.JobHandle` answers. A refusal is a problem document
   with operation, state and HRESULT, and has changed nothing.
4. No log and no message holds the user, the password or the query of a URL, or the token.

Read `messages` and `operations` (what is said), `problems`, `gate`, `feed`, `api` and `server` (the daemon), `client`
(who talks to it), `commands` and `watching` (the command line).
"""
