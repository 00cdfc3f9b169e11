"""The jobseeker's file: who it is, what may be proposed, what the law says, what was done."""
