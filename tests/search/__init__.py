"""How courses are found."""
