"""How a ranker is learnt: examples out of fold, boosted trees, calibration, a report."""
