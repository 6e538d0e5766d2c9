"""From all results to a short ranked list for the hearing: one finding a cause, each with its evidence."""
