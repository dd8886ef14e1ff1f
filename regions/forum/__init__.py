"""Rounds in which the competence forum prioritises: ballots, scoring, results."""
