"""Pages of boards and living documents: each reads queries and renders; none writes."""
