"""The papers of a fair's day: slips, booth sheets, the plan as a workbook, and their words."""
