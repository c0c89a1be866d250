"""Benchmarks: our server beside its peers, on the same records, in the same run."""
