"""Pictures of the background copy job: drawn from the rows, and from what a report found on them.

Laws of this room:

1. Drawn from the rows alone, pure DOT text ordered as the table; styled in :mod:`copyjob.diagrams.style`
   alone.
2. Every row of a table is on a picture, or counted in its legend; every state and arrow has a stable id.
3. Nothing is told by colour alone; every picture has a title, a description and a legend.
4. A report is data. This room knows the specification and report files, never the reference, never the kit.
5. What is generated has a check mode: ``copyjob draw --check`` names each stale file without drawing
   anything.
"""
