"""Examining servers that other people run: what an operator wants to know before relying on one."""
