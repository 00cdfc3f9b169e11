"""A scripted year of casework in the demo city, day by day, with what must hold each evening."""
