"""What is stored: one document a file, how it's encoded and decoded, and how older forms of it are read."""
