"""Tally: counters by (measure, subject, unit, period). A service writes deltas at the leaf in its own
transaction; a job folds them into the row of every ancestor; reading adds what is not folded yet, so a
figure is never stale and one row answers for a province.
"""
