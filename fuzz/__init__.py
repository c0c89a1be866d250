"""Fuzzing: bytes nobody would send, for hours, guided by what code they reach (`make fuzz`)."""
