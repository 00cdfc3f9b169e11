"""Files that go back to people: refused rows with their reasons, and empty forms to fill in."""
