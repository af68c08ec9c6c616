"""The literature's heuristics: orders found in one pass, each with its source."""
