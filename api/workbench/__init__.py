"""The caseworker's day: what is due, who was opened last, how the month goes."""
