"""The whole service on simulated time, network and disk, under one seed: a tool for tests, no part of the service.

Law: a run is a function of its seed. The service's own code runs unchanged; what is replaced is the world
below it (system calls, SQLite's file, the wire, the clock, the ids), so that a crash or a fault can be put
at any point where it touches the disk, and every failure can be had again.

``machine`` is the disk and its system calls, ``database`` the file under SQLite, ``network`` the servers and
``receiving`` those that take uploads, ``sources`` what is uploaded, ``patching`` puts them under the service;
``known`` is what clients know, ``laws`` and ``upload_laws`` say what must hold, ``run`` tries it at random,
``exhaust`` at every single point of fixed lives. ``python -m copyjob.reference.simulation --help``.
"""
