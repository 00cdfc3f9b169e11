"""The independent check: what a plan must keep and whether any plan is better, read anew."""
