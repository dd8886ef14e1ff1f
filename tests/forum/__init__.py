"""Deciding: rounds, ballots, scores, results."""
