"""Resource: one declaration per record type gives its list, its Excel export, its API and their tests.

It knows nothing of what is listed. Always true: rows come through the actor's scope, pages go by keyset,
a count is shown only when somebody keeps it.
"""
