"""Results in words: sentences, the numbers in them, and what a kind of sample takes away from them."""
