"""Journal: the one history. Audit trail, timeline and outgoing queue in one append-only table.

Always true: an entry is written in the transaction of the change that it tells of and never altered;
a job seals entries in a hash chain (SM3 and SHA-256), and a command proves that nothing was changed.
"""
