"""Events from other systems' databases, folders, services and queues: where rows come from and what they become. No tables."""
