"""The exact solve: min-cost flows level by level, branching where a rule is no flow."""
