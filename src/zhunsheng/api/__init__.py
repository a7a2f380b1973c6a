"""The machine face: HTTP with problem+json errors, tokens, cursors and idempotency keys."""
