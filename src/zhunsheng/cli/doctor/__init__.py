"""`zhunsheng doctor`: what this installation has, what it lacks, and how to mend it."""
