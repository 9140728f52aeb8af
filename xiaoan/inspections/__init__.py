"""Inspections: campaigns, who inspects whom by a draw that can be repeated, visits with several inspectors, their findings
and what became of them; who looks after which school; institutions of off-campus training.

Words: a campaign is one inspection action; a visit is one unit looked at; a part is what one inspector found there; a
finding cites the clause that it breaks; a keeper looks after a school; a blacklisting is an entry of the black list.

Always true: nobody inspects their own unit; a visit without notice belongs to the bureau until its findings are issued, so
that the unit can know nothing of it; a failed line raises one hazard however often it is sent; who fixed does not re-check.
"""
