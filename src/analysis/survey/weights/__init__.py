"""Weights that fit known totals, and variances that know what they were fitted to."""
