"""What the ground floor offers to other systems. It lies here because the ground cannot import the engine of the API."""
