"""How stored records come to stand beside the subjects of decisions."""
