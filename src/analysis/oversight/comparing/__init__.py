"""Levels against the whole: cells, the mix they are held at, verdicts, ranks, pairs."""
