"""The child process that opens received files: what it may use, how it answers, how many run side by side."""
