"""How courses are found. For now the plain listing of a region's courses."""
