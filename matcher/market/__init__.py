"""The columnar snapshot of one day: open vacancies and active jobseekers as arrays."""
