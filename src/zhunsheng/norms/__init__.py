"""Rules as code: the language of norms, the legal calendar, the meaning (`interpret`), and its executions at scale."""
