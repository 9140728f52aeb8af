"""The demo: synthetic schools and people in real divisions, five documents in force, a term's records.

Everything here is made from a seed and labelled synthetic; no real school or person appears.
"""
