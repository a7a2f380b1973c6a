"""Witnesses (C2SP tlog-witness): they keep a log's newest checkpoint, cosign what grows from it, and refuse the rest."""
