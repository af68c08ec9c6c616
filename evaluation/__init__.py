"""Commands that measure; see python -m evaluation --help."""
