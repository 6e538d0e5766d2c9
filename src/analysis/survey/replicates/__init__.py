"""The Rao-Wu bootstrap: draws of the design, and any statistic of the sums under them."""
