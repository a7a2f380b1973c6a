"""Events from other systems: kept as rows that are only added to, and judged by the same norms as our own acts."""
