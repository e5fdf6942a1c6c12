"""评议会: a meeting reviews a sample of closed petitions beside the citizens' own scores."""
