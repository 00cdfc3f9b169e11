"""Thin typer commands over the pipeline."""
