"""The officer's forms: what an act asks, what the case answers by itself, and what the law will say before it is recorded."""
