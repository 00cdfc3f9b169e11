"""The same work on many machines: chunks of people on a Dask cluster, the same bytes."""
