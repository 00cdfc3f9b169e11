"""Public code tables: areas, occupations, education, skills, calendar, minimum wage, retirement."""
