"""A backend that is a program of any language: it speaks newline-delimited JSON on its standard input and output.

What is said stands in ``protocol.md``, for people, and in ``protocol.schema.json``, for programs.
"""
