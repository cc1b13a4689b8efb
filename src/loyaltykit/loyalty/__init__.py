"""The face that a host sees: `Loyalty` and its facets, the drivers that run operations, and the async twin of each."""
