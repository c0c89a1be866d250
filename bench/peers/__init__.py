"""The other side of each benchmark: how it is configured and started."""
