"""The packs read a second time: one row in plain Python, independent of the engine.

It shares the data files with the engine and nothing else, so that an error in one shows as a
difference from the other (`tests/policy/test_plain.py`).
"""
