"""What the wordings of vacancies mean: wage, experience, education, headcount, age, sex.

Every parser takes the text of one cell and answers a value, or None: not understood. None is
never a guess and never "no limit"; a text that says there is no limit has its own answer.
"""

from matcher.text.wordings.age import AgeLimit, parse_age
from matcher.text.wordings.education import (
    EducationRequirement,
    parse_attainment,
    parse_education,
)
from matcher.text.wordings.experience import Experience, parse_experience
from matcher.text.wordings.headcount import (
    EmployerSize,
    Headcount,
    parse_employer_size,
    parse_headcount,
)
from matcher.text.wordings.sex import SexLimit, parse_sex
from matcher.text.wordings.wage import WageRange, parse_wage

__all__ = [
    "AgeLimit",
    "EducationRequirement",
    "EmployerSize",
    "Experience",
    "Headcount",
    "SexLimit",
    "WageRange",
    "parse_age",
    "parse_attainment",
    "parse_education",
    "parse_employer_size",
    "parse_experience",
    "parse_headcount",
    "parse_sex",
    "parse_wage",
]
