"""The pages of this floor, one module per noun."""
