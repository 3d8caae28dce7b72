"""The fixed part of the read models' database, step by step. A step that has been released is never changed again.

The tables of the read models themselves are no part of it: they are made for each generation from
`shared.readmodel.tables`, and filled from the events.
"""
