"""From results to findings, explanations and reports. Judging acts is `norms`; recording them is not done here."""
