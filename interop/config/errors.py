"""What is wrong with a configuration."""


class ConfigError(Exception):
    """The configuration cannot be used. One line: what, where, and the nearest known name."""
