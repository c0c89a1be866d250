"""What a repository says of itself in Identify beyond the protocol's least (OAI-PMH 2.0 4.2).

Containers of the implementation guidelines: friends, branding, rightsManifest; and the toolkit's,
which says which software answers. The oai-identifier is the provider's own matter.
"""

from collections.abc import Callable, Iterable, Sequence

from interop import __version__
from interop.config import Config
from interop.model.record import UNION
from interop.oai.about import RIGHTS
from interop.text.xml import attribute, escape

FRIENDS = "http://www.openarchives.org/OAI/2.0/friends/"
BRANDING = "http://www.openarchives.org/OAI/2.0/branding/"
TOOLKIT = "http://oai.dlib.vt.edu/OAI/metadata/toolkit"
_XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


class Descriptions:
    """``Extras.descriptions`` of a node: made once, they change with the configuration only.

    Friends are the node's other repositories, what it harvests, and those of the configuration.
    ``is_open``: whether anybody may use a database. The others, and where they are harvested, are
    nobody's friends: the same answer goes to all, and not even their names are for all.
    """

    def __init__(self, config: Config, is_open: Callable[[str], bool] = lambda database: True):
        self._config = config
        root = config.server.base_url.rstrip("/") + "/oai"
        self._own = {UNION: root} | {
            library.database: f"{root}/{library.database}" for library in config.libraries
        }
        self._own = {name: address for name, address in self._own.items() if is_open(name)}
        self._sources = tuple(
            source.url.partition("?")[0]
            for source in config.sources
            if is_open(source.library.lower())
        )

    def __call__(self, database: str) -> Sequence[bytes]:
        """Contents of ``description``, in order."""
        oai = self._config.oai
        library = self._config.library(database)
        statement = (library.rights if library else "") or oai.rights
        own = (address for name, address in self._own.items() if name != database)
        friends_ = tuple(dict.fromkeys((*own, *self._sources, *oai.friends)))
        found = [toolkit()]
        if friends_:
            found.append(friends(friends_))
        if oai.icon:
            found.append(branding(oai.icon, self._config.server.base_url, self._config.server.name))
        if statement:
            found.append(rights_manifest(statement))
        return found


def friends(addresses: Iterable[str]) -> bytes:
    """Base URLs of repositories that a harvester may want to know of; at least one."""
    inside = "".join(f"<baseURL>{escape(address)}</baseURL>" for address in addresses)
    return (
        f'<friends xmlns="{FRIENDS}" {_XSI} xsi:schemaLocation="{FRIENDS}'
        f' http://www.openarchives.org/OAI/2.0/friends.xsd">{inside}</friends>'
    ).encode()


def branding(icon: str, link: str, title: str) -> bytes:
    """The sign of the collection: address of an image, where it leads, what it says."""
    return (
        f'<branding xmlns="{BRANDING}" {_XSI} xsi:schemaLocation="{BRANDING}'
        f' http://www.openarchives.org/OAI/2.0/branding.xsd"><collectionIcon>'
        f"<url>{escape(icon)}</url><link>{escape(link)}</link><title>{escape(title)}</title>"
        f"</collectionIcon></branding>"
    ).encode()


def toolkit() -> bytes:
    """Which software, and which version of it, answers."""
    return (
        f'<toolkit xmlns="{TOOLKIT}" {_XSI} xsi:schemaLocation="{TOOLKIT} {TOOLKIT}.xsd">'
        f"<title>Interop</title><version>{escape(__version__)}</version></toolkit>"
    ).encode()


def rights_manifest(address: str) -> bytes:
    """The rights that hold for the metadata of every record here."""
    return (
        f'<rightsManifest xmlns="{RIGHTS}" {_XSI} xsi:schemaLocation="{RIGHTS}'
        f' http://www.openarchives.org/OAI/2.0/rightsManifest.xsd"'
        f' appliesTo="http://www.openarchives.org/OAI/2.0/entity#metadata"><rights>'
        f'<rightsReference ref="{attribute(address)}"/></rights></rightsManifest>'
    ).encode()
