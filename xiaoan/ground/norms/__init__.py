"""Norms: numbers that differ by region and year. A norm is declared in code with a default and its basis;
rows give another value at a unit from a day on; the nearest ancestor's row in force wins.
"""
