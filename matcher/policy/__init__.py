"""The law as data: dated, cited packs, and decisions over columns of facts.

    on = date(2026, 11, 22)
    found = facts_from_records(persons, households, on)            # matcher.policy.records
    law = Law.on_day(Law.place_of("320602001"), on)                # matcher.policy.law
    decided = decide(law, "hard_to_employ", found.persons)         # matcher.policy.decisions
    decided.outcome, decided.verdict(0)

A pack is one YAML file per place and programme, `packs/<place>/<programme>.yaml`:

    place: cn/jiangsu             # of data/policy/places.csv, which also has the parent
    area_code: "32"               # GB/T 2260; null for the country and for hidden places
    programme: zero_employment_aid
    layer: source                 # source: the source documents; current: later law, on top
    inheritable: true             # false for practice told in case reports
    documents:                    # title, number, date (or unknown), grade: read | told
    sources:                      # rule id: document, article, words (20 characters at most)
    values:                       # name: list of {value, unit, since, source}, in order of time;
                                  #   value: null repeals, not_stated leaves it to the place
    decisions:                    # decision id: list of rules in order of time
      hard_to_employ:
        - since: 2008-05-28       # first day, or unknown (then in force on any day)
          until: 2010-12-31       # last day, if it ended
          source: ...             # where the rule stands
          governed_by: residence  # residence | registration | post: whose area's law answers
          conditions:             # name: {zh, en, source, test}; named before they are joined
          applies_when: ...       # conditions joined: the part the text covers, else the wider rule
          met_when: ...           # conditions joined
          answers:                # further values of data/policy/answers.csv:
            date: ...             #   a list of {when, is}, the first that is met
            consequences: ...     #   a set: {item: conditions joined, or `always`}
          needs: [date]           # answers without which the outcome is unknown
          kept_when_not_met: [..] # answers told also where the outcome is not met
          beside: wider           # the wider text's answers stand beside these; without met_when
                                  #   its outcome too
          cites: [...]            # further sources that the answer rests on
          order_within: [age]     # tiers only: the larger goes first inside a tier; or {when:, is:}
          order_beside: wider     # tiers only: the wider text orders inside a tier
          review: [...]           # conditions of the wider text that a person should look at
        - {since: 2015-01-01, source: ..., repealed: true}

The words of tests and numbers are told in `matcher/policy/reading/grammar.py`. Write days and words
so that YAML leaves them alone: `the_day` is the day of the decision.
"""
