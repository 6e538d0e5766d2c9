"""From rows to the small table of additive sums, in one pass, and the algebra of such tables."""
