"""The handbook: the specification as static pages, in every language, with pictures and with what was checked.

Laws of this package:

1. What a page says is computed from the specification, the pictures and report files; a template only arranges it.
2. The content modules know no HTML, the templates know no rule; :mod:`~copyjob.diagrams.handbook.site` alone writes.
3. Every answer that is shown says whether it is documented or decided.
4. A page works from the file system, printed, and, but for the explorer, without a script; a script adds search and
   the choice of a dialect.
5. Every link is relative, and leads somewhere.
"""
