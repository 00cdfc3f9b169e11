"""What the office has to give: benefits, vacancies, posts, courses; and layoffs to forestall."""
