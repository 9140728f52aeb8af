"""What boards and documents show, read from tallies and from lists bounded by one county."""
