"""Exact solvers: orders with a proof that none is cheaper, or with the gap."""
