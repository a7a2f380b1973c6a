"""Legal review, exclusion of evidence and deliberation, worked out from the acts of one dossier; no queries, no tables."""
