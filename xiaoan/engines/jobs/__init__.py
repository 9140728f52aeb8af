"""Jobs: the work queue is a table. A worker leases a job, beats while it works, and a job whose worker died
is leased again; so every job must be safe to run twice. A schedule row is claimed by compare-and-swap.
"""
