"""Policies: documents, their clauses, and the requirements that clauses make; where each is in force.

A document is published to the subtree of a unit, perhaps shifted by whole years (adoption for another year).
Always true: a requirement belongs to one clause and names one practice.
"""
