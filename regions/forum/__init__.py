"""How a region's competence forum prioritises: rounds, ballots, results."""
