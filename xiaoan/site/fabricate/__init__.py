"""A synthetic province of any size, for measuring: the same seed, size and last day give the same rows.

Nothing is guessed about what a record proves: the variants of each sheet are asked of the same questions that a filed
record is asked, once per kind of school, and the answers are written many thousand times.
"""
