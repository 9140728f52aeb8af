"""Boards: dashboards, the living document and reports. Reads the domains' queries, writes nothing."""
