"""Rounds: phases, ballots, scoring, results."""
