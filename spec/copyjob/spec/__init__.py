"""The background copy job as one total table of rows, and everything that follows from it.

Laws of this room:

1. The truth is the frozen rows in :mod:`copyjob.spec.table`; every machine, export and picture is built from them.
2. Every state x operation has an answer in each dialect, and every row cites its source.
3. This file holds a docstring and nothing else: a blind room may import ``vocabulary`` without loading the table.
"""
