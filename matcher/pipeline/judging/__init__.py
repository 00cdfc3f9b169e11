"""Models held against each other on a workspace: trials, the gate, the fairness report."""
