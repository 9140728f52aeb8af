"""Obligations: what a unit owes in a period, the evidence that it was done, and what that costs.

Nothing is stored for a unit that has not acted: what is owed follows from the book and the calendar. A record
makes evidence for every duty that it fits, in its own transaction; withdrawing it takes all of it back.
"""
