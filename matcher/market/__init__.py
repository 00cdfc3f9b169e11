"""The columnar snapshot: open vacancies and active jobseekers as arrays."""
