"""``interop z3950 check`` and ``interop z3950 profile``."""

import json
import sys
from pathlib import Path

import click

from interop import options
from interop.config import ConfigError, load, split_address
from interop.examine import findings
from interop.examine.profile import PROFILES, Target
from interop.examine.z3950 import WORDS, Subject, examine
from interop.model.library import province_database

DEFAULT_PORT = 210  # IANA: z39.50
# What a server listens at, and no client elsewhere can connect to.
_NOWHERE = frozenset({"127.0.0.1", "::1", "localhost", "0.0.0.0", "::", ""})


@click.group("z3950", context_settings={"help_option_names": ["-h", "--help"]})
def z3950() -> None:
    """Examine a Z39.50 target, and settings for the clients of ours.

    Kiểm tra một máy chủ Z39.50, và cấu hình cho các chương trình khách của máy chủ này.

    Example: interop z3950 check z3950.example.vn:9999/biblios
    """


@z3950.command("check")
@click.argument("target", metavar="HOST[:PORT][/DATABASE]")
@click.option("--tls", is_flag=True, help="Over TLS; the certificate is not examined.")
@click.option("--user", default="", help="User for Init.")
@click.option(
    "--password-file", type=click.Path(path_type=Path, dir_okay=False), help="Its password."
)
@click.option("--term", multiple=True, help="A word to find a record by (several may be given).")
@click.option("--timeout", default=20.0, show_default=True, help="Seconds for each answer.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The findings as JSON.")
def check(
    target: str,
    tls: bool,
    user: str,
    password_file: Path | None,
    term: tuple[str, ...],
    timeout: float,
    lang: findings.Language,
    as_json: bool,
) -> None:
    """Ask somebody's target what our clients will ask, and say what it gets wrong.

    Hỏi một máy chủ Z39.50 những gì các chương trình khách sẽ hỏi, và nói chỗ nào sai.

    It searches and takes records, a few dozen requests in all, and changes nothing. Exit code 0:
    no fault; 1: faults were found; 2: wrong use.

    Example: interop z3950 check z3950.example.vn:9999/biblios --lang en
    """
    place, _, database = target.partition("/")
    try:
        address = split_address(place if ":" in place else f"{place}:{DEFAULT_PORT}")
        password = password_file.read_text(encoding="utf-8").strip() if password_file else ""
    except (ConfigError, OSError, UnicodeDecodeError) as error:
        raise click.UsageError(str(error)) from None
    words = term or WORDS
    subject = Subject(address, database or "Default", tls, user, password, words, timeout)
    found = []
    if as_json:
        found = list(examine(subject))
        click.echo(json.dumps(findings.as_json(found), ensure_ascii=False, indent=1))
    else:

        def told() -> findings.Findings:
            for finding in examine(subject):
                found.append(finding)
                yield finding

        for line in findings.lines(told(), lang):
            click.echo(line)
    if any(finding.level == "fault" for finding in found):
        sys.exit(1)


@z3950.command("profile")
@click.option("--for", "client", type=click.Choice(sorted(PROFILES)), help="One client alone.")
@click.option("--host", help="Address as clients see it (default: that of server.z3950).")
@options.config_file
def profile(client: str | None, host: str | None, config_file: Path | None) -> None:
    """Ready settings for Koha, Evergreen, EndNote, SLiMS and YAZ to search this node.

    Cấu hình sẵn cho Koha, Evergreen, EndNote, SLiMS và YAZ để tìm trong máy chủ này.

    Example: interop z3950 profile --for koha --host z3950.example.vn
    """
    config = load(config_file)
    own, port = split_address(config.server.z3950)
    databases = [("union", config.server.name)]
    databases += [(library.database, library.name) for library in config.libraries]
    known = {name for name, _ in databases}
    for library in config.libraries:
        name = province_database(library.province)
        if name and name not in known:
            known.add(name)
            databases.append((name, library.province))
    if not host and own in _NOWHERE:
        click.echo(
            f"{own} là địa chỉ của riêng máy này: --host TÊN-MÁY / "
            f"{own} is an address of this machine alone: --host NAME",
            err=True,
        )
    target = Target(config.server.name, host or own, port, databases, config.server.base_url)
    chosen = [client] if client else sorted(PROFILES)
    for name in chosen:
        if not client:
            click.echo(f"# {name}")
        click.echo(PROFILES[name](target))
        if not client:
            click.echo()
