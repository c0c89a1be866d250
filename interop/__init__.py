"""Interop: library records over OAI-PMH, SRU and Z39.50, and the union index behind them."""

__version__ = "0.1.0"
