"""A vacancy as schema.org JobPosting, and back.

Source:
    https://schema.org/JobPosting
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(max_length=8000)]

WORK_FORMS = {
    "full_time": "FULL_TIME",
    "part_time": "PART_TIME",
    "temporary": "TEMPORARY",
    "hourly": "PART_TIME",
    "intern": "INTERN",
}
"""Our forms of work as schema.org names them."""

EMPLOYMENT = {
    "FULL_TIME": "full_time",
    "PART_TIME": "part_time",
    "TEMPORARY": "temporary",
    "CONTRACTOR": "temporary",
    "PER_DIEM": "hourly",
    "INTERN": "intern",
}
"""And back; what we have no form for is passed over."""


class _Thing(BaseModel):
    model_config = ConfigDict(extra="ignore", populate_by_name=True)


class OrganizationIn(_Thing):
    """Who hires."""

    name: Text


class AddressIn(_Thing):
    """Where; the region's name or the code of the area."""

    region: Annotated[Text | None, Field(alias="addressRegion")] = None
    locality: Annotated[Text | None, Field(alias="addressLocality")] = None


class PlaceIn(_Thing):
    """Where the work is."""

    address: AddressIn | None = None


class QuantityIn(_Thing):
    """Pay: one value or a span, and for how long."""

    minimum: Annotated[float | None, Field(alias="minValue", ge=0, le=10**9)] = None
    maximum: Annotated[float | None, Field(alias="maxValue", ge=0, le=10**9)] = None
    value: Annotated[float | None, Field(ge=0, le=10**9)] = None
    unit: Annotated[Literal["HOUR", "DAY", "MONTH", "YEAR"], Field(alias="unitText")] = "MONTH"


class SalaryIn(_Thing):
    """Pay in a currency."""

    currency: Literal["CNY"] = "CNY"
    value: QuantityIn


class PostingIn(_Thing):
    """A JobPosting; what we have no column for is passed over."""

    title: Annotated[str, Field(min_length=1, max_length=200, examples=["保洁员"])]
    description: Text | None = None
    organization: Annotated[OrganizationIn | None, Field(alias="hiringOrganization")] = None
    location: Annotated[PlaceIn | None, Field(alias="jobLocation")] = None
    salary: Annotated[SalaryIn | None, Field(alias="baseSalary")] = None
    openings: Annotated[int | None, Field(alias="totalJobOpenings", ge=1, le=100_000)] = None
    posted: Annotated[Text | None, Field(alias="datePosted", examples=["2026-11-02"])] = None
    until: Annotated[Text | None, Field(alias="validThrough")] = None
    employment: Annotated[
        Text | list[Text] | None, Field(alias="employmentType", examples=["FULL_TIME"])
    ] = None
    industry: Text | None = None


def posting_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """A stored vacancy as JobPosting; what is not stated is left out.

    Example:
        >>> posting_of({"vacancy_id": "V1", "title": "保洁员", "headcount": 2})["totalJobOpenings"]
        2
    """
    pay = {"minValue": row.get("wage_min"), "maxValue": row.get("wage_max")}
    stated = {name: value for name, value in pay.items() if value is not None}
    address = {"addressRegion": row.get("area_code"), "addressLocality": row.get("area_name")}
    place = {name: value for name, value in address.items() if value is not None}
    made: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "identifier": {"@type": "PropertyValue", "value": row["vacancy_id"]},
        "title": row["title"],
        "description": row.get("description") or row["title"],
        "datePosted": row.get("posted_on"),
        "validThrough": row.get("expires_on"),
        "totalJobOpenings": row.get("headcount"),
        "employmentType": WORK_FORMS.get(str(row.get("work_form"))),
        "industry": row.get("industry"),
    }
    if row.get("employer_name"):
        made["hiringOrganization"] = {"@type": "Organization", "name": row["employer_name"]}
    if place:
        postal = {"@type": "PostalAddress", "addressCountry": "CN"} | place
        made["jobLocation"] = {"@type": "Place", "address": postal}
    if stated:
        quantity = {"@type": "QuantitativeValue", "unitText": "MONTH"} | stated
        made["baseSalary"] = {"@type": "MonetaryAmount", "currency": "CNY", "value": quantity}
    return {name: value for name, value in made.items() if value is not None}


def vacancy_of(given: PostingIn) -> dict[str, Any]:
    """A JobPosting as the columns of a vacancy; pay by the hour or day stays text to be read.

    Example:
        >>> vacancy_of(PostingIn(title="保洁员", totalJobOpenings=2))
        {'title': '保洁员', 'headcount': 2}
    """
    address = given.location.address if given.location else None
    region = address.region if address else None
    is_code = bool(region) and str(region).isdigit()
    row = {
        "title": given.title,
        "description": given.description,
        "employer_name": given.organization.name if given.organization else None,
        "area_code": region if is_code else None,
        "area_name": (address.locality or (None if is_code else region)) if address else None,
        "headcount": given.openings,
        "posted_on": given.posted[:10] if given.posted else None,
        "expires_on": given.until[:10] if given.until else None,
        "wage": _wage(given.salary.value) if given.salary else None,
        "work_form": _work_form(given.employment),
        "industry": given.industry,
    }
    return {name: value for name, value in row.items() if value is not None}


def _work_form(employment: str | list[str] | None) -> str | None:
    """The first form named that is one of ours."""
    named = employment if isinstance(employment, list) else [employment or ""]
    return next((EMPLOYMENT[each] for each in named if each in EMPLOYMENT), None)


def _wage(pay: QuantityIn) -> str | None:
    spans = {"HOUR": "小时", "DAY": "天", "MONTH": "月", "YEAR": "年"}
    bounds = [each for each in (pay.minimum, pay.maximum) if each is not None]
    values = bounds or [each for each in (pay.value,) if each is not None]
    if not values:
        return None
    return "-".join(f"{value:g}" for value in values) + f"元/{spans[pay.unit]}"
