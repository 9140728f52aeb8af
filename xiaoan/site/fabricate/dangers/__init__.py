"""Fabricated hazards: each lives as the services would let it live, from the report to where it stands on the last day.

What a case counts for, what its closing tells and what its moves are called is asked of the hazards floor itself. There
are no pictures: a million files would measure the disk.
"""
