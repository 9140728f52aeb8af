"""Reads of matters that count and group."""
