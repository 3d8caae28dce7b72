"""Generation at Replicate, bought so that nothing is paid for twice.

`till.py` is the `Buyer`; around it: `client` (the HTTP), `outcomes` (what an answer means, pure), `polling`,
`downloads`, `reconcile` (what became of a sending without an answer), `books` (the job's record), `results` (bytes).
"""
