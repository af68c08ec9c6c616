"""Searches: lookahead, beam search, large neighbourhoods, annealing."""
