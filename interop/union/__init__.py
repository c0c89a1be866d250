"""The union: which records are one publication, and what it shows of them. Pure functions."""
