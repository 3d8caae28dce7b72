"""Servers that run as child processes, so that the whole system needs no Docker."""
