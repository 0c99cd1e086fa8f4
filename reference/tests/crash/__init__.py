"""The crash harness: the real service is killed (SIGKILL) at random moments, and what it left is judged.

``life`` is the service in a process of its own, ``origin`` the server that it talks to, ``model`` what may be true
after a kill, ``upload`` the same of uploads, ``world`` one store with its stream of calls and kills, ``crew`` a process
that runs worlds, ``broken`` services that are wrong on purpose, ``__main__`` the command.

Run it as ``make crash``, or as ``python -m crash`` with ``reference/tests`` on the path.
"""
