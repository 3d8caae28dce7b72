"""The schema of the accounts database, step by step. A step that has been released is never changed again.

Steps know nothing of `adapters/sql/tables.py`, which says how the schema is today; a test compares the two. Each leaves
the release before it able to work: replicas of both run side by side during an upgrade.
"""
