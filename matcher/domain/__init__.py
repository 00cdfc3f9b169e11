"""What exists: frozen records, codes and periods; no logic beyond their own fields."""
