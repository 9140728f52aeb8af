"""Officers: pupil safety officers of classes and dormitories, what they report, and the ledger of their teacher.
A concern about a pupil is read by two people only."""
