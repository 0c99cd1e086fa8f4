"""Recorded traces: what a line is, whether a backend can have done what is told, and whether its callers behave.

What this package does not know: how a backend is driven. It judges what somebody else wrote down.
"""
