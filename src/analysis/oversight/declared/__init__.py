"""What units declare and keep in registers: coverage, published indices, recaps, complaints, promises, training."""
