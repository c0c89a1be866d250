"""MARC 21 as bytes and tuples: reading what libraries really send, writing what the standards ask.

``record`` is the model and ``legal`` what may stand in it; ``iso2709`` and ``marcxml`` are the two
serialisations; ``reader`` reads files of either and lets a bad record cost one record.
No input or output of its own: callers bring the stream.
"""
