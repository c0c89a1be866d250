"""A long run against a real server under mixed load, with kills: nothing may be lost or grow."""
