"""What the commands of ``interop`` ask alike."""

from pathlib import Path

import click

config_file = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    help="Configuration file (default: INTEROP_CONFIG, then ./interop.toml).",
)
