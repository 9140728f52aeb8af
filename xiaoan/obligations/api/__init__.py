"""The API of this floor: the pages' services and queries, as JSON."""
