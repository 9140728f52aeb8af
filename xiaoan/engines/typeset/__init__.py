"""Typeset: printed pages as PDF. A template is a typst file beside its caller; values go to it as data, so that a name can
never become markup. No tables."""
