"""The same people twice: files, sheets and rows that repeat, newer versions of a file, and what is declared of them."""
