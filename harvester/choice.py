"""Which of the formats that a server offers is harvested, where the configuration says ``auto``."""

from harvester.http import HttpError, Transport
from harvester.sources._base import AskFormats, BadPage, Formats, HarvestProtocol
from interop.formats import choose

AUTO = "auto"
# What every repository must offer (OAI-PMH 2.0 section 5.1).
EVERYBODYS = "oai_dc"


def prefix_of(protocol: HarvestProtocol, transport: Transport, url: str) -> tuple[str, str]:
    """The metadataPrefix to ask for, and a line for the operator.

    A server's own full format goes before what it derives from it (``interop.formats.choose``).
    One that does not tell what it has is asked for Dublin Core.
    """
    try:
        answer = transport.get(protocol.url(url, AskFormats()))
        reply = protocol.read(AskFormats(), answer.body)
    except (HttpError, BadPage) as error:
        return EVERYBODYS, f"the server does not tell its formats ({error}); {EVERYBODYS} taken"
    offered = reply.offered if isinstance(reply, Formats) else ()
    found = choose(offered)
    if found is None:
        names = ", ".join(prefix for prefix, _ in offered) or "none"
        return EVERYBODYS, f"no format that can be read is offered ({names}); {EVERYBODYS} taken"
    prefix, format = found
    return prefix, f"harvesting {prefix}: {format.title}"
