"""Fuzzing of every reader of foreign text: `python -m tests.fuzz`, and a short run of it among the tests."""
