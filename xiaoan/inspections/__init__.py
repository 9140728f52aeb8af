"""Inspections: campaigns, who inspects whom by a draw that can be repeated, visits with several inspectors, their findings
and what became of them."""
