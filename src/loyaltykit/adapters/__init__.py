"""Repositories over what a host may have: memory and SQLite need nothing more than Python."""
