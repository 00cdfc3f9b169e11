"""Placements, refusals, cases, facts of employers, and decisions that are kept."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from matcher.store.engine import drop_append_only, make_append_only
from matcher.store.schema.types import Code, Instant, IsoDate

revision = "0002"
down_revision = "0001"

SEQUENCE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _placement() -> None:
    op.create_table(
        "placement",
        sa.Column("placement_id", Code, nullable=False),
        sa.Column("person_id", Code, nullable=False),
        sa.Column("employer_id", Code),
        sa.Column("vacancy_id", Code),
        sa.Column("employment_mode", sa.Text),
        sa.Column("start_date", IsoDate),
        sa.Column("ended_on", IsoDate),
        sa.Column("newly_hired", sa.Boolean),
        sa.Column("contract_months", sa.BigInteger),
        sa.Column("has_labour_contract", sa.Boolean),
        sa.Column("has_payroll", sa.Boolean),
        sa.Column("social_insurance_paid", sa.Boolean),
        sa.Column("wages_paid_normally", sa.Boolean),
        sa.Column("wage_yuan_month", sa.Double),
        sa.Column("average_income_yuan_month", sa.Double),
        sa.Column("months_in_work", sa.BigInteger),
        sa.Column("consecutive_months_at_minimum_wage", sa.BigInteger),
        sa.Column("consecutive_months_employed_in_year", sa.BigInteger),
        sa.Column("self_declared", sa.Boolean),
        sa.Column("licence_kind", sa.Text),
        sa.Column("public_welfare_post", sa.Boolean),
        sa.Column("freed_post", sa.Boolean),
        sa.Column("through_support_policy", sa.Boolean),
        sa.Column("months_claimed", sa.BigInteger),
        sa.Column("base_si_subsidy_months", sa.BigInteger),
        sa.Column("base_si_subsidy_ended_on", IsoDate),
        sa.Column("extra", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("placement_id", name="pk_placement"),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name="fk_placement_person_id"),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employer.employer_id"], name="fk_placement_employer_id"
        ),
        sa.ForeignKeyConstraint(
            ["vacancy_id"], ["vacancy.vacancy_id"], name="fk_placement_vacancy_id"
        ),
    )
    op.create_index("ix_placement_person_id", "placement", ["person_id"])
    op.create_index("ix_placement_employer_id", "placement", ["employer_id"])


def _refusal() -> None:
    op.create_table(
        "refusal",
        sa.Column("refusal_key", Code, nullable=False),
        sa.Column("person_id", Code, nullable=False),
        sa.Column("offered_on", IsoDate, nullable=False),
        sa.Column("vacancy_id", Code),
        sa.Column("response", sa.Text),
        sa.Column("just_cause", sa.Boolean),
        sa.Column("reason", sa.Text),
        sa.Column("extra", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("refusal_key", name="pk_refusal"),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name="fk_refusal_person_id"),
        sa.ForeignKeyConstraint(
            ["vacancy_id"], ["vacancy.vacancy_id"], name="fk_refusal_vacancy_id"
        ),
        sa.UniqueConstraint("person_id", "offered_on", "vacancy_id", name="uq_refusal_person_id"),
    )
    op.create_index("ix_refusal_person_id", "refusal", ["person_id"])


def _local_settings() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("local_exit_grace_months", sa.BigInteger),
        sa.Column("local_refusal_limit", sa.BigInteger),
        sa.Column("local_first_job_deadline_months", sa.BigInteger),
        sa.Column("local_follow_up_interval_months", sa.BigInteger),
        sa.Column("local_publicity_days", sa.BigInteger),
        sa.Column("local_dibao_continuation_months", sa.BigInteger),
        sa.Column("local_post_subsidy_yuan_month", sa.Double),
        sa.Column("local_rural_dibao_line_yuan_year", sa.Double),
        sa.Column("local_minimum_wage_yuan_month", sa.Double),
        sa.Column("local_urban_dibao_line_yuan_month", sa.Double),
        sa.Column("local_dibao_standard_per_head_yuan_month", sa.Double),
        sa.Column("local_average_area_per_head_m2", sa.Double),
        sa.Column("provincial_average_wage_last_year_yuan_month", sa.Double),
    )


def _case_record() -> None:
    op.create_table(
        "case_record",
        sa.Column("case_id", Code, nullable=False),
        sa.Column("person_id", Code),
        sa.Column("household_id", Code),
        sa.Column("employer_id", Code),
        sa.Column("opened_on", IsoDate),
        sa.Column("clock_started_on", IsoDate),
        sa.Column("request_received_on", IsoDate),
        sa.Column("filed_on", IsoDate),
        sa.Column("county_received_on", IsoDate),
        sa.Column("certification_step", sa.Text),
        sa.Column("objection_raised", sa.Boolean),
        sa.Column("publicity_shown_days", sa.BigInteger),
        sa.Column("last_visit_on", IsoDate),
        sa.Column("offers_complete", sa.Boolean),
        *_local_settings(),
        sa.Column("verified_by_labour_department", sa.Boolean),
        sa.Column("benefit_asked", sa.Text),
        sa.Column("benefits_already_received", sa.Text),
        sa.Column("subsidy_asked", sa.Text),
        sa.Column("loan_requested_yuan", sa.Double),
        sa.Column("extra", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_record"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.person_id"], name="fk_case_record_person_id"
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.household_id"], name="fk_case_record_household_id"
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employer.employer_id"], name="fk_case_record_employer_id"
        ),
    )
    op.create_index("ix_case_record_person_id", "case_record", ["person_id"])
    op.create_index("ix_case_record_household_id", "case_record", ["household_id"])
    op.create_index("ix_case_record_employer_id", "case_record", ["employer_id"])


def _decision() -> None:
    op.create_table(
        "decision",
        sa.Column("id", SEQUENCE, nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("place", Code, nullable=False),
        sa.Column("layer", sa.Text, nullable=False),
        sa.Column("on", IsoDate, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("subject_id", Code, nullable=False),
        sa.Column("area_code", Code),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("law_hash", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("override", sa.Text),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
    )
    op.create_index("ix_decision_subject_id", "decision", ["subject_id"])


def upgrade() -> None:
    """Make the new tables; employers get a column for facts under their own names."""
    op.add_column("employer", sa.Column("facts", sa.Text))
    for make in (_placement, _refusal, _case_record, _decision):
        make()
    make_append_only(op.get_bind(), "decision")


def downgrade() -> None:
    """Drop what was made; what rests there is lost."""
    drop_append_only(op.get_bind(), "decision")
    for table in ("decision", "case_record", "refusal", "placement"):
        op.drop_table(table)
    op.drop_column("employer", "facts")
