"""Comparisons: contrasts, tests, many questions at once, ranks, verdicts, and which test answers which question."""
