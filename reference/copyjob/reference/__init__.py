"""A durable background copy service that really downloads, written by hand and blind to the table.

Laws of this room:

1. Of the specification it knows names and numbers only (:mod:`copyjob.spec.vocabulary`).
2. :mod:`copyjob.reference.job` decides what happens; it knows no clock, no socket and no file.
3. What a call answered is on disk before it returned.
4. Clock and wire are parameters.

Import from the modules: ``from copyjob.reference.service import Service``.
"""
