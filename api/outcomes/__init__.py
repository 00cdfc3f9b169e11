"""What became of pairs: the stages that each reached."""
