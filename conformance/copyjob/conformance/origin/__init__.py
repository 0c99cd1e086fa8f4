"""The scripted origin server: leads any real downloader into every state, from outside and without hooks in
it.

`scripts` says what an origin can be told to do, `journal` what it did and was about to do, `server` is where
a user begins (`Origin`, `Site`, `OriginFile`, `Gate`). It knows HTTP and sockets; of jobs, states and the
table it knows nothing, and it never talks to anything but loopback.
"""
