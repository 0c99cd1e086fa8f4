"""The kit: drive a backend, watch it through samples, and judge every observation against the table.

Laws of this room:

1. Generation and judgement never share code: plans come from the ``transitions`` machine, verdicts from the compiled
   integer table and from what was seen.
2. The environment is ours: a scripted origin server leads a real downloader into every state, without hooks in it.
3. The kit is never taught what a particular backend does; an adapter that breaks is *errored*, never blamed on it.
"""
