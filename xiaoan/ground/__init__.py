"""Ground: units (the tree), people (posts, rights), norms, journal and calendar."""
