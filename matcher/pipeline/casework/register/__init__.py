"""The register wired to the store and the law."""
