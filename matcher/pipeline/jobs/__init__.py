"""Work that takes long: what each kind of job does, and the worker that does it."""
