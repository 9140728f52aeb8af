"""Officers: pupil safety officers of classes, dormitories and housing areas, what they report, and the ledger of their
teacher; who suspects something tells the duty person; who worries about a pupil tells two people only.

Always true: a pupil's name is read inside the school by the group's own teacher and the school's leads, and stands in no
journal entry, export or API; a concern is read by the homeroom teacher of that class and the school's counsellor, and every
other account that asks for it is refused and written down.
"""
