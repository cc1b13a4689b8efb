"""Speed as ratios: each row beside its yardstick, measured turn by turn in one run. ``make bench`` prints the table."""
