"""Solvers of the elimination problem, behind one protocol: rules, searches, exact methods, agents."""
