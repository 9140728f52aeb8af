"""Sheets: forms as data. A sheet is a YAML file; one engine checks answers, stores them as JSON with the
typed columns that lists and tallies need, and tells the listeners of each record filed or withdrawn.

Always true: a record is never changed, only withdrawn; its client-made id makes sending it twice harmless.
"""
