"""
A program: all settings of one loyalty program, its checks, its revisions, and its forms as TOML, JSON and JSON Schema.
"""
