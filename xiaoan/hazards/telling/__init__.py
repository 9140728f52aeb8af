"""Telling: a parent or passer-by reports a hazard without an account, from the QR code of a point, and learns by a private
link what became of it. Nobody's name is asked; a contact is shown to the leads of that school and to nobody above.
"""
