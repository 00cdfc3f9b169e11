"""The tables: one per kind of record, people in three, decisions, the audit, facts of the store.

A person rests in `person` (work profile), `person_status` (what policy may read) and
`person_identity` (who it is), so that the ranker's path never opens the last two; who somebody is
and how well rests encrypted. Columns are those of the column catalogue in its order, then derived
ones, then the bookkeeping of the main row.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from matcher.store.schema.types import Code, Instant, IsoDate, Sealed

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)


def _bookkeeping() -> tuple[Column[Any], ...]:
    return (
        Column("version", Integer, nullable=False),
        Column("content_hash", Text, nullable=False),
        Column("updated_at", Instant, nullable=False),
    )


person = Table(
    "person",
    metadata,
    Column("person_id", Code, primary_key=True),
    Column("area_code", Code, index=True),
    Column("area_name", Text),
    Column("seeks_work", Boolean),
    Column("education", Text),
    Column("major", Text),
    Column("graduate_year", BigInteger),
    Column("skills", Text),
    Column("certificates", Text),
    Column("occupations_done", Text),
    Column("experience_months", BigInteger),
    Column("occupations_wanted", Text),
    Column("wage_wanted", BigInteger),
    Column("work_forms_wanted", Text),
    Column("max_commute_km", Double),
    Column("training_wishes", Text),
    Column("startup_wish", Boolean),
    *_bookkeeping(),
    # What lists count and sort by is read from these two alone.
    Index("ix_person_listed", "area_code", "seeks_work", "education", "person_id"),
)

person_status = Table(
    "person_status",
    metadata,
    Column("person_id", Code, ForeignKey("person.person_id", ondelete="CASCADE"), primary_key=True),
    Column("sex", Text),
    Column("birth_date", IsoDate),
    Column("registered_area_code", Code),
    Column("household_id", Code, index=True),
    Column("relation", Text),
    Column("hukou_kind", Text),
    Column("health", Sealed),
    Column("disability", Boolean),
    Column("unemployed_since", IsoDate),
    Column("unemployment_registered_on", IsoDate),
    Column("laid_off", Boolean),
    Column("former_employer_ownership", Text),
    Column("able_to_work", Boolean),
    Column("wants_to_work", Boolean),
    Column("not_choosy", Boolean),
    Column("certificate_no", Sealed),
    Column("dibao", Boolean),
    Column("employment_state", Text),
    Column("group_tags", Text),
    Column("facts", Text),
    Index("ix_person_status_listed", "person_id", "employment_state"),
)

person_identity = Table(
    "person_identity",
    metadata,
    Column("person_id", Code, ForeignKey("person.person_id", ondelete="CASCADE"), primary_key=True),
    Column("name", Sealed),
    Column("id_number", Sealed),
    Column("phone", Sealed),
    Column("address", Sealed),
    Column("consent", Boolean),
    Column("extra", Sealed),
)

household = Table(
    "household",
    metadata,
    Column("household_id", Code, primary_key=True),
    Column("area_code", Code, index=True),
    Column("registered_area_code", Code),
    Column("household_kind", Text),
    Column("members_complete", Boolean),
    Column("per_capita_income", Double),
    Column("business_income", Boolean),
    Column("investment_income", Boolean),
    Column("dibao", Boolean),
    Column("state", Text),
    Column("discovered_on", IsoDate),
    Column("applied_on", IsoDate),
    Column("publicised_on", IsoDate),
    Column("certified_on", IsoDate),
    Column("facts", Text),
    Column("extra", Text),
    *_bookkeeping(),
)

employer = Table(
    "employer",
    metadata,
    Column("employer_id", Code, primary_key=True),
    Column("name", Text, nullable=False),
    Column("employer_kind", Text),
    Column("uscc", Text),
    Column("area_code", Code),
    Column("staff_total", BigInteger),
    Column("contact", Text),
    Column("contact_phone", Text),
    Column("facts", Text),
    Column("extra", Text),
    *_bookkeeping(),
)

vacancy = Table(
    "vacancy",
    metadata,
    Column("vacancy_id", Code, primary_key=True),
    Column("title", Text, nullable=False),
    Column("employer_id", Code),
    Column("employer_name", Text),
    Column("contact", Text),
    Column("contact_phone", Text),
    Column("occupation_code", Code),
    Column("description", Text),
    Column("headcount", BigInteger),
    Column("wage_min", BigInteger),
    Column("wage_max", BigInteger),
    Column("wage", Text),
    Column("area_code", Code, index=True),
    Column("area_name", Text),
    Column("work_form", Text),
    Column("education_min", Text),
    Column("experience_months_min", BigInteger),
    Column("skills_wanted", Text),
    Column("certificates_required", Text),
    Column("age_min", BigInteger),
    Column("age_max", BigInteger),
    Column("sex_required", Text),
    Column("contract_months", BigInteger),
    Column("insurance_offered", Text),
    Column("public_welfare", Boolean),
    Column("public_welfare_kind", Text),
    Column("funder", Text),
    Column("posted_on", IsoDate),
    Column("expires_on", IsoDate),
    Column("source", Text),
    Column("industry", Text),
    Column("employer_staff", BigInteger),
    Column("tags", Text),
    Column("occupation_confidence", Double),
    Column("wage_note", Text),
    Column("warnings", Text),
    Column("duplicate_of", Code),
    Column("facts", Text),
    Column("extra", Text),
    *_bookkeeping(),
)

outcome = Table(
    "outcome",
    metadata,
    # The day may be unknown, and NULLs are never equal in a key: hence a digest of the four.
    Column("outcome_key", Code, primary_key=True),
    Column("person_id", Code, ForeignKey("person.person_id"), nullable=False),
    Column("vacancy_id", Code, ForeignKey("vacancy.vacancy_id"), nullable=False, index=True),
    Column("stage", Text, nullable=False),
    Column("on", IsoDate),
    Column("channel", Text),
    Column("reason", Text),
    Column("just_cause", Boolean),
    Column("rank_shown", BigInteger),
    Column("propensity", Double),
    Column("extra", Text),
    *_bookkeeping(),
    UniqueConstraint("person_id", "vacancy_id", "stage", "on"),
)

course = Table(
    "course",
    metadata,
    Column("course_id", Code, primary_key=True),
    Column("name", Text, nullable=False),
    Column("skills_taught", Text),
    Column("certificates_awarded", Text),
    Column("area_code", Code),
    Column("seats", BigInteger),
    Column("starts_on", IsoDate),
    Column("ends_on", IsoDate),
    Column("free_for", Text),
    Column("extra", Text),
    *_bookkeeping(),
)

fair = Table(
    "fair",
    metadata,
    Column("fair_id", Code, primary_key=True),
    Column("name", Text, nullable=False),
    Column("on", IsoDate, nullable=False),
    Column("area_code", Code),
    Column("booths", Text),
    Column("invitees", Text),
    Column("extra", Text),
    *_bookkeeping(),
)

placement = Table(
    "placement",
    metadata,
    Column("placement_id", Code, primary_key=True),
    Column("person_id", Code, ForeignKey("person.person_id"), nullable=False, index=True),
    Column("employer_id", Code, ForeignKey("employer.employer_id"), index=True),
    Column("vacancy_id", Code, ForeignKey("vacancy.vacancy_id")),
    Column("employment_mode", Text),
    Column("start_date", IsoDate),
    Column("ended_on", IsoDate),
    Column("newly_hired", Boolean),
    Column("contract_months", BigInteger),
    Column("has_labour_contract", Boolean),
    Column("has_payroll", Boolean),
    Column("social_insurance_paid", Boolean),
    Column("wages_paid_normally", Boolean),
    Column("wage_yuan_month", Double),
    Column("average_income_yuan_month", Double),
    Column("months_in_work", BigInteger),
    Column("consecutive_months_at_minimum_wage", BigInteger),
    Column("consecutive_months_employed_in_year", BigInteger),
    Column("self_declared", Boolean),
    Column("licence_kind", Text),
    Column("public_welfare_post", Boolean),
    Column("freed_post", Boolean),
    Column("through_support_policy", Boolean),
    Column("months_claimed", BigInteger),
    Column("base_si_subsidy_months", BigInteger),
    Column("base_si_subsidy_ended_on", IsoDate),
    Column("extra", Text),
    *_bookkeeping(),
)

refusal = Table(
    "refusal",
    metadata,
    # The post may be unknown, and NULLs are never equal in a key: hence a digest of the three.
    Column("refusal_key", Code, primary_key=True),
    Column("person_id", Code, ForeignKey("person.person_id"), nullable=False, index=True),
    Column("offered_on", IsoDate, nullable=False),
    Column("vacancy_id", Code, ForeignKey("vacancy.vacancy_id")),
    Column("response", Text),
    Column("just_cause", Boolean),
    Column("reason", Text),
    Column("extra", Text),
    *_bookkeeping(),
    UniqueConstraint("person_id", "offered_on", "vacancy_id"),
)

case_record = Table(
    "case_record",
    metadata,
    Column("case_id", Code, primary_key=True),
    Column("person_id", Code, ForeignKey("person.person_id"), index=True),
    Column("household_id", Code, ForeignKey("household.household_id"), index=True),
    Column("employer_id", Code, ForeignKey("employer.employer_id"), index=True),
    Column("opened_on", IsoDate),
    Column("clock_started_on", IsoDate),
    Column("request_received_on", IsoDate),
    Column("filed_on", IsoDate),
    Column("county_received_on", IsoDate),
    Column("certification_step", Text),
    Column("objection_raised", Boolean),
    Column("publicity_shown_days", BigInteger),
    Column("last_visit_on", IsoDate),
    Column("offers_complete", Boolean),
    Column("local_exit_grace_months", BigInteger),
    Column("local_refusal_limit", BigInteger),
    Column("local_first_job_deadline_months", BigInteger),
    Column("local_follow_up_interval_months", BigInteger),
    Column("local_publicity_days", BigInteger),
    Column("local_dibao_continuation_months", BigInteger),
    Column("local_post_subsidy_yuan_month", Double),
    Column("local_rural_dibao_line_yuan_year", Double),
    Column("local_minimum_wage_yuan_month", Double),
    Column("local_urban_dibao_line_yuan_month", Double),
    Column("local_dibao_standard_per_head_yuan_month", Double),
    Column("local_average_area_per_head_m2", Double),
    Column("provincial_average_wage_last_year_yuan_month", Double),
    Column("verified_by_labour_department", Boolean),
    Column("benefit_asked", Text),
    Column("benefits_already_received", Text),
    Column("subsidy_asked", Text),
    Column("loan_requested_yuan", Double),
    Column("extra", Text),
    *_bookkeeping(),
)

pairing = Table(
    "pairing",
    metadata,
    Column("pairing_id", Code, primary_key=True),
    Column("fair_id", Code, ForeignKey("fair.fair_id"), nullable=False, index=True),
    Column("person_id", Code, ForeignKey("person.person_id"), nullable=False, index=True),
    Column("vacancy_id", Code, ForeignKey("vacancy.vacancy_id"), nullable=False, index=True),
    Column("score", BigInteger),
    Column("booth", BigInteger),
    Column("interviewer", BigInteger),
    Column("starts_at", Text),
    Column("attendance", Text),
    Column("extra", Text),
    *_bookkeeping(),
)

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

decision = Table(
    "decision",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("decision", Text, nullable=False),
    Column("place", Code, nullable=False),
    Column("layer", Text, nullable=False),
    Column("on", IsoDate, nullable=False),
    Column("subject", Text, nullable=False),
    Column("subject_id", Code, nullable=False, index=True),
    # Where the subject lived when it was decided: a later move does not hide the decision.
    Column("area_code", Code),
    Column("facts", Text, nullable=False),
    Column("law_hash", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("override", Text),
    Column("author", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("role", Text),
    Column("purpose", Text),
    Column("areas", Text),
    Column("action", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("ids_hash", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Index("ix_audit_at", "at"),
)
