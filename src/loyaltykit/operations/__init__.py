"""What happens in an order's life: one operation a file, as a pure generator that yields what it needs of the store."""
