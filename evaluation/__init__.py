"""Commands that measure: python -m evaluation demo | throughput | best_known."""
