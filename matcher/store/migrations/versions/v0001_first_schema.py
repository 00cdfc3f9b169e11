"""The first schema: seven kinds of record, meta and the audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from matcher.store.engine import drop_append_only, make_append_only
from matcher.store.schema.types import Code, Instant, IsoDate

revision = "0001"
down_revision = None

SEQUENCE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _person() -> None:
    op.create_table(
        "person",
        sa.Column("person_id", Code, nullable=False),
        sa.Column("area_code", Code),
        sa.Column("area_name", sa.Text),
        sa.Column("seeks_work", sa.Boolean),
        sa.Column("education", sa.Text),
        sa.Column("major", sa.Text),
        sa.Column("graduate_year", sa.BigInteger),
        sa.Column("skills", sa.Text),
        sa.Column("certificates", sa.Text),
        sa.Column("occupations_done", sa.Text),
        sa.Column("experience_months", sa.BigInteger),
        sa.Column("occupations_wanted", sa.Text),
        sa.Column("wage_wanted", sa.BigInteger),
        sa.Column("work_forms_wanted", sa.Text),
        sa.Column("max_commute_km", sa.Double),
        sa.Column("training_wishes", sa.Text),
        sa.Column("startup_wish", sa.Boolean),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_person"),
    )
    op.create_index("ix_person_area_code", "person", ["area_code"])


def _person_status() -> None:
    op.create_table(
        "person_status",
        sa.Column("person_id", Code, nullable=False),
        sa.Column("sex", sa.Text),
        sa.Column("birth_date", IsoDate),
        sa.Column("registered_area_code", Code),
        sa.Column("household_id", Code),
        sa.Column("relation", sa.Text),
        sa.Column("hukou_kind", sa.Text),
        sa.Column("health", sa.Text),
        sa.Column("disability", sa.Boolean),
        sa.Column("unemployed_since", IsoDate),
        sa.Column("unemployment_registered_on", IsoDate),
        sa.Column("laid_off", sa.Boolean),
        sa.Column("former_employer_ownership", sa.Text),
        sa.Column("able_to_work", sa.Boolean),
        sa.Column("wants_to_work", sa.Boolean),
        sa.Column("not_choosy", sa.Boolean),
        sa.Column("certificate_no", sa.Text),
        sa.Column("dibao", sa.Boolean),
        sa.Column("employment_state", sa.Text),
        sa.Column("group_tags", sa.Text),
        sa.Column("facts", sa.Text),
        sa.PrimaryKeyConstraint("person_id", name="pk_person_status"),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.person_id"],
            name="fk_person_status_person_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_person_status_household_id", "person_status", ["household_id"])


def _person_identity() -> None:
    op.create_table(
        "person_identity",
        sa.Column("person_id", Code, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("id_number", sa.Text),
        sa.Column("phone", sa.Text),
        sa.Column("address", sa.Text),
        sa.Column("consent", sa.Boolean),
        sa.Column("extra", sa.Text),
        sa.PrimaryKeyConstraint("person_id", name="pk_person_identity"),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.person_id"],
            name="fk_person_identity_person_id",
            ondelete="CASCADE",
        ),
    )


def _household() -> None:
    op.create_table(
        "household",
        sa.Column("household_id", Code, nullable=False),
        sa.Column("area_code", Code),
        sa.Column("registered_area_code", Code),
        sa.Column("household_kind", sa.Text),
        sa.Column("members_complete", sa.Boolean),
        sa.Column("per_capita_income", sa.Double),
        sa.Column("business_income", sa.Boolean),
        sa.Column("investment_income", sa.Boolean),
        sa.Column("dibao", sa.Boolean),
        sa.Column("state", sa.Text),
        sa.Column("discovered_on", IsoDate),
        sa.Column("applied_on", IsoDate),
        sa.Column("publicised_on", IsoDate),
        sa.Column("certified_on", IsoDate),
        sa.Column("facts", sa.Text),
        sa.Column("extra", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("household_id", name="pk_household"),
    )
    op.create_index("ix_household_area_code", "household", ["area_code"])


def _employer() -> None:
    op.create_table(
        "employer",
        sa.Column("employer_id", Code, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("employer_kind", sa.Text),
        sa.Column("uscc", sa.Text),
        sa.Column("area_code", Code),
        sa.Column("staff_total", sa.BigInteger),
        sa.Column("contact", sa.Text),
        sa.Column("contact_phone", sa.Text),
        sa.Column("extra", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("employer_id", name="pk_employer"),
    )


def _vacancy() -> None:
    op.create_table(
        "vacancy",
        sa.Column("vacancy_id", Code, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("employer_id", Code),
        sa.Column("employer_name", sa.Text),
        sa.Column("contact", sa.Text),
        sa.Column("contact_phone", sa.Text),
        sa.Column("occupation_code", Code),
        sa.Column("description", sa.Text),
        sa.Column("headcount", sa.BigInteger),
        sa.Column("wage_min", sa.BigInteger),
        sa.Column("wage_max", sa.BigInteger),
        sa.Column("wage", sa.Text),
        sa.Column("area_code", Code),
        sa.Column("area_name", sa.Text),
        sa.Column("work_form", sa.Text),
        sa.Column("education_min", sa.Text),
        sa.Column("experience_months_min", sa.BigInteger),
        sa.Column("skills_wanted", sa.Text),
        sa.Column("certificates_required", sa.Text),
        sa.Column("age_min", sa.BigInteger),
        sa.Column("age_max", sa.BigInteger),
        sa.Column("sex_required", sa.Text),
        sa.Column("contract_months", sa.BigInteger),
        sa.Column("insurance_offered", sa.Text),
        sa.Column("public_welfare", sa.Boolean),
        sa.Column("public_welfare_kind", sa.Text),
        sa.Column("funder", sa.Text),
        sa.Column("posted_on", IsoDate),
        sa.Column("expires_on", IsoDate),
        sa.Column("source", sa.Text),
        sa.Column("industry", sa.Text),
        sa.Column("employer_staff", sa.BigInteger),
        sa.Column("tags", sa.Text),
        sa.Column("occupation_confidence", sa.Double),
        sa.Column("wage_note", sa.Text),
        sa.Column("warnings", sa.Text),
        sa.Column("duplicate_of", Code),
        sa.Column("facts", sa.Text),
        sa.Column("extra", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("vacancy_id", name="pk_vacancy"),
    )
    op.create_index("ix_vacancy_area_code", "vacancy", ["area_code"])


def _outcome() -> None:
    op.create_table(
        "outcome",
        sa.Column("outcome_key", Code, nullable=False),
        sa.Column("person_id", Code, nullable=False),
        sa.Column("vacancy_id", Code, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("on", IsoDate),
        sa.Column("channel", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("just_cause", sa.Boolean),
        sa.Column("rank_shown", sa.BigInteger),
        sa.Column("propensity", sa.Double),
        sa.Column("extra", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("outcome_key", name="pk_outcome"),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name="fk_outcome_person_id"),
        sa.ForeignKeyConstraint(
            ["vacancy_id"], ["vacancy.vacancy_id"], name="fk_outcome_vacancy_id"
        ),
        sa.UniqueConstraint("person_id", "vacancy_id", "stage", "on", name="uq_outcome_person_id"),
    )
    op.create_index("ix_outcome_vacancy_id", "outcome", ["vacancy_id"])


def _course() -> None:
    op.create_table(
        "course",
        sa.Column("course_id", Code, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("skills_taught", sa.Text),
        sa.Column("certificates_awarded", sa.Text),
        sa.Column("area_code", Code),
        sa.Column("seats", sa.BigInteger),
        sa.Column("starts_on", IsoDate),
        sa.Column("ends_on", IsoDate),
        sa.Column("free_for", sa.Text),
        sa.Column("extra", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("course_id", name="pk_course"),
    )


def _fair() -> None:
    op.create_table(
        "fair",
        sa.Column("fair_id", Code, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("on", IsoDate, nullable=False),
        sa.Column("area_code", Code),
        sa.Column("booths", sa.Text),
        sa.Column("invitees", sa.Text),
        sa.Column("extra", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("fair_id", name="pk_fair"),
    )


def _meta() -> None:
    op.create_table(
        "meta",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("role", sa.Text),
        sa.Column("purpose", sa.Text),
        sa.Column("areas", sa.Text),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("ids_hash", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])


def upgrade() -> None:
    """Make every table."""
    for make in (
        _person,
        _person_status,
        _person_identity,
        _household,
        _employer,
        _vacancy,
        _outcome,
        _course,
        _fair,
        _meta,
        _audit,
    ):
        make()
    make_append_only(op.get_bind(), "audit")


def downgrade() -> None:
    """Drop every table, children first."""
    drop_append_only(op.get_bind(), "audit")
    for table in (
        "audit",
        "meta",
        "fair",
        "course",
        "outcome",
        "vacancy",
        "employer",
        "household",
        "person_identity",
        "person_status",
        "person",
    ):
        op.drop_table(table)
