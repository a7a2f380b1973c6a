"""Papers of a case (文书): forms as data, filled from the facts, printed, numbered, signed and served."""
