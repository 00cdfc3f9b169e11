"""Files to records, with a report of every refused row."""

from matcher.ingest.batch import Batch
from matcher.ingest.files import read_files
from matcher.ingest.forms.returned import write_refused
from matcher.ingest.forms.templates import write_template

__all__ = ["Batch", "read_files", "write_refused", "write_template"]
