"""Commands about models: evaluate, models list, promote and card, report fairness."""
