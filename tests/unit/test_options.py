"""The commands ask for the configuration in one way."""

import click

from interop import cli


def commands(group: click.Group, above: str = "") -> dict[str, click.Command]:
    """All commands below ``group``, by their words."""
    found = {}
    with click.Context(group) as context:
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            if isinstance(command, click.Group):
                found |= commands(command, f"{above}{name} ")
            else:
                found[f"{above}{name}"] = command
    return found


def test_every_command_asks_for_the_configuration_alike():
    asking = {}
    for name, command in commands(cli.interop).items():
        for option in command.params:
            if "--config" in option.opts:
                asking[name] = (option.name, option.help, option.type.type)
    assert {"serve", "load", "harvest", "reindex", "export", "z3950 profile"} <= set(asking)
    assert len(set(asking.values())) == 1
