"""The posts of the demo city: employers, vacancies, courses, one fair."""
