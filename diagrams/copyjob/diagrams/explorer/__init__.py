"""The explorer: a page of the handbook on which a reader steps a job through its life, or replays a counterexample.

Laws of this package:

1. The page runs the exported table itself: no rule, no state and no operation stands in its scripts by name.
2. It works from the file system, under a policy that permits files of the handbook and nothing else.
3. What Python lays beside the table is computed from the specification and the pictures, in the page's language.
"""
