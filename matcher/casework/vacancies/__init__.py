"""Vacancies on their way in, the stock of them, and the register of public-welfare posts."""
