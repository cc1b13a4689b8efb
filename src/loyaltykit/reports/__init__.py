"""What the stored orders, members and entries come to: one report a file, as rows, CSV and words."""
