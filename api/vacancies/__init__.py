"""Vacancies on offer; no person appears here."""
