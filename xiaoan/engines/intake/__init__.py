"""Intake: workbooks uploaded by people. Uploaded, checked, shown, confirmed, taken in by a job.

Generic over the kinds that the site lists; each kind is an `xiaoan.ground.units.intake.Intake` of its own app.
Always true: nothing is written before the uploader has seen what would be, and only the uploader sees it.
"""
