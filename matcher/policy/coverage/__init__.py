"""The coverage ledger: every rule of the source documents, and what became of it.

    rules = source_rules()                                         # matcher.policy.coverage.rules
    for line in accounts(rules, shipped_packs()):                  # matcher.policy.coverage.ledger
        line.rule.id, line.status, line.decided, line.reason

The rules are a table, `data/policy/rules.csv`; later law is `data/policy/current_law.csv`. What
became of a rule is never typed: it is found in the packs, in the catalogue of columns, and in the
tables. `docs/coverage/` shows it, written by `python docs/pages/ledger.py`.
"""
