"""What can be said about a pair: one code per sentence, and what each does to the match."""

from __future__ import annotations

from enum import StrEnum

from matcher.domain.match import Tone


class Code(StrEnum):
    """A sentence of the wording files; both languages have exactly these."""

    WANTS_THIS = "wants_this"
    WANTS_SIMILAR = "wants_similar"
    WANTS_SAME_FIELD = "wants_same_field"
    DID_THIS = "did_this"
    DID_THIS_MONTHS = "did_this_months"
    DID_SIMILAR = "did_similar"
    DID_SAME_FIELD = "did_same_field"
    WORDS_ALIKE = "words_alike"
    SKILLS_FIT = "skills_fit"
    CERTIFICATES_HELD = "certificates_held"
    WAGE_REACHED = "wage_reached"
    SAME_STREET = "same_street"
    SAME_COUNTY = "same_county"
    NEAR = "near"
    NEAR_ENOUGH = "near_enough"
    EDUCATION_MET = "education_met"
    EDUCATION_NOT_ASKED = "education_not_asked"
    EXPERIENCE_MET = "experience_met"
    EXPERIENCE_NOT_ASKED = "experience_not_asked"
    WORK_FORM_NAMED = "work_form_named"
    POSTED_TODAY = "posted_today"
    POSTED_LATELY = "posted_lately"
    OPENINGS_LEFT = "openings_left"
    PEOPLE_ALIKE_CHOSE = "people_alike_chose"
    OFTEN_WORKS_OUT = "often_works_out"

    OCCUPATION_OTHER = "occupation_other"
    SKILLS_MISSING = "skills_missing"
    WAGE_TOP_ONLY = "wage_top_only"
    WAGE_FROM_BELOW = "wage_from_below"
    FAR = "far"
    EXPERIENCE_SHORT = "experience_short"
    POSTED_LONG_AGO = "posted_long_ago"
    HEALTH_LIMITED = "health_limited"
    ALREADY_ACTED = "already_acted"
    POSTING_MARKED = "posting_marked"

    ASK_AGE = "ask_age"
    ASK_EDUCATION = "ask_education"
    ASK_CERTIFICATES = "ask_certificates"
    ASK_FACTS = "ask_facts"
    ASK_POST = "ask_post"
    ASK_POLICY = "ask_policy"
    ASK_POLICY_FIRST = "ask_policy_first"

    PRIORITY_BECAUSE = "priority_because"
    PRIORITY_TIER = "priority_tier"
    PRIORITY_WITHOUT_SOURCE = "priority_without_source"

    FAILED_EXPIRED = "failed_expired"
    FAILED_FULL = "failed_full"
    FAILED_BELOW_WORKING_AGE = "failed_below_working_age"
    FAILED_PAST_RETIREMENT = "failed_past_retirement"
    FAILED_AGE = "failed_age"
    FAILED_SEX = "failed_sex"
    FAILED_EDUCATION = "failed_education"
    FAILED_CERTIFICATES = "failed_certificates"
    FAILED_WORK_FORM = "failed_work_form"
    FAILED_HEALTH = "failed_health"
    FAILED_DISTANCE = "failed_distance"
    FAILED_WAGE_FLOOR = "failed_wage_floor"
    FAILED_WELFARE_POLICY = "failed_welfare_policy"
    FAILED_WELFARE_BECAUSE = "failed_welfare_because"

    CHANGE_EXPIRED = "change_expired"
    CHANGE_FULL = "change_full"
    CHANGE_BELOW_WORKING_AGE = "change_below_working_age"
    CHANGE_PAST_RETIREMENT = "change_past_retirement"
    CHANGE_AGE_OVER = "change_age_over"
    CHANGE_AGE_UNDER = "change_age_under"
    CHANGE_SEX = "change_sex"
    CHANGE_EDUCATION = "change_education"
    CHANGE_CERTIFICATES = "change_certificates"
    CHANGE_WORK_FORM = "change_work_form"
    CHANGE_HEALTH = "change_health"
    CHANGE_DISTANCE = "change_distance"
    CHANGE_WAGE_FLOOR = "change_wage_floor"
    CHANGE_WELFARE_POLICY = "change_welfare_policy"
    CHANGE_WELFARE_BECAUSE = "change_welfare_because"

    RANKED_FIRST = "ranked_first"
    RANKED_LEVEL = "ranked_level"
    RANKED_BEHIND = "ranked_behind"
    NOT_LISTED = "not_listed"
    NOT_RANKED = "not_ranked"

    @property
    def tone(self) -> Tone:
        """What a reason of this code does to the match."""
        return _TONES.get(self, Tone.FOR)


_CAUTIONS = (
    *(Code.OCCUPATION_OTHER, Code.SKILLS_MISSING, Code.WAGE_TOP_ONLY, Code.WAGE_FROM_BELOW),
    *(Code.FAR, Code.EXPERIENCE_SHORT, Code.POSTED_LONG_AGO, Code.HEALTH_LIMITED),
    *(Code.ALREADY_ACTED, Code.POSTING_MARKED),
)
_TONES: dict[Code, Tone] = {
    **dict.fromkeys(_CAUTIONS, Tone.CAUTION),
    **{code: Tone.ASK for code in Code if code.startswith("ask_")},
    **{code: Tone.PRIORITY for code in Code if code.startswith("priority_")},
    **{code: Tone.AGAINST for code in Code if code.startswith("failed_")},
}

FOR_EMPLOYERS = frozenset(
    {
        *(Code.DID_SAME_FIELD, Code.DID_THIS, Code.DID_THIS_MONTHS, Code.DID_SIMILAR),
        *(Code.SKILLS_FIT, Code.SKILLS_MISSING, Code.CERTIFICATES_HELD),
        *(Code.EDUCATION_MET, Code.EXPERIENCE_MET, Code.EXPERIENCE_SHORT),
        *(Code.ASK_EDUCATION, Code.ASK_CERTIFICATES),
        *(Code.FAILED_EXPIRED, Code.FAILED_FULL, Code.FAILED_EDUCATION, Code.FAILED_CERTIFICATES),
    }
)
"""The sentences an employer may read: what a person can do, never what law says of them."""
