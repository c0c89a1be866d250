"""Text as Vietnamese libraries need it: normal form, search forms, sort keys, standard numbers.

Pure functions from strings to strings; they know nothing of MARC, queries or protocols.
"""
