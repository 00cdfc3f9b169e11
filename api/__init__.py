"""The service: an app factory, one folder per resource, thin routes over the library."""
