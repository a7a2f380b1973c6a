"""The face for machines: /api/v1 (django-ninja, OpenAPI 3.1) and the public resources of the ledger."""
