"""Ranking models: what there is, their cards, who is champion."""
