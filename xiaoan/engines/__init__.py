"""Mechanisms, each built once: tally, jobs, files, sheets, sync, ui."""
