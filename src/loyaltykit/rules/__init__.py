"""One rule a file: its settings, and the pure function that answers for an order. A rule doesn't know the others."""
