"""Files: uploads sniffed, limited, images re-encoded without their position; stored under their hash."""
