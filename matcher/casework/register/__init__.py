"""The register: what is known of whom, what to ask next, who said it, and who is there twice."""
