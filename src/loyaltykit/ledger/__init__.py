"""The points ledger: what is booked, and what a repository must keep to hold it."""
