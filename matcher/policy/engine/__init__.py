"""The machinery under the law packs: three-valued columns, calendar arithmetic, formulas."""
