"""Trained models: how they are learnt from a workspace."""
