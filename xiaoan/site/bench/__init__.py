"""Measuring: the server as in production on fabricated data, beside a plain Django view over the same table.

Ratios within one run are what counts; milliseconds belong to the machine.
"""
