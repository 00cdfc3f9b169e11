"""The revisions, oldest first; what a released one does is never changed."""
