"""From columns of text to columns of values: headings recognised, cells parsed once each."""
