"""The vocabulary of what officials do: act types and their typed fields. What the law asks of acts is in `norms`."""
