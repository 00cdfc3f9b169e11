"""Vacancies of the store on their way in, their stock, and the register of public posts."""
