"""Words in three languages: reasons, problems, notices, effects and sums, for people; loaded when they're asked for."""
