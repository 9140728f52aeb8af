"""Jobs: the work queue is a table. A worker leases a job and its heart renews the lease while it works; a job whose
worker died is leased again, one that fails is tried again later and after the last attempt lies dead until a person
retries it. So every job must be safe to run twice. A schedule row is claimed by compare-and-swap.
"""
