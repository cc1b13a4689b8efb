"""Break rules, waterfall and ledger in every small way, one at a time, and see whether their own tests notice."""
