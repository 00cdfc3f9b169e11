"""Events of casework at rest: appended, added up to states, read in scope, sealed."""
