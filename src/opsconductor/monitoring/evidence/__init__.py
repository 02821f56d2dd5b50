"""The evidence on burn-rate alerting: known figures reproduced, and rules judged by incidents.

Nothing here reads or writes. `page` renders the documents from measured results; `measuring` and
`judging` make the parts of the results that need no server, `opsconductor.proof.evidence` the rest.
"""
