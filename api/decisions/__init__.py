"""Policy decisions: asked, kept, decided again."""
