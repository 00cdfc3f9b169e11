"""From a pack's YAML to rules: every mistake of a file is reported, none is passed over."""
