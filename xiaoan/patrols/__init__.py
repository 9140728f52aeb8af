"""Patrols: routes of points, rounds walked on them, and rounds that nobody walked."""
