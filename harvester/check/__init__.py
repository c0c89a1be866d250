"""``interop check``: somebody's OAI-PMH server held against the protocol, and what to fix in it."""
