"""The conformance checklist of OAI-PMH 2.0 and its table in docs/oai-pmh.md.

    python -m tests.conformance.checklist

writes the table anew. What an item asks stands in ``ITEMS``; which test shows it is read from the
names of the tests, ``test_<number>_...``. ``tests/house/test_oai_checklist.py`` compares.
"""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "oai-pmh.md"
BEGIN = "<!-- checklist: made by python -m tests.conformance.checklist -->\n"
END = "<!-- /checklist -->"

ITEMS = dict(
    enumerate(
        """
GET and POST give the same answer
POST of another type, or with the query in the address, is no failure of ours
Content-Type is text/xml in UTF-8, for errors too
OAI errors come with HTTP 200
Overload is 503 with seconds in Retry-After
The base address is not moved by a redirect
gzip when asked for and named in Identify, identity always
Vary, Content-Length, HEAD; other methods are 405 with Allow
Percent-escapes and + are decoded
The base address works with and without a question mark
8 kB of address are read, more is 414
An unknown path is 404
Well-formed UTF-8 with a declaration and without a byte order mark
Root element, namespace and first pair of schemaLocation
Order of the children of the root
responseDate is the present second in UTC
The text of request is the base address
Attributes of request are the arguments sent, as sent
No attributes after badVerb and badArgument
Attributes after every other error
After a resumption only verb and resumptionToken
Special characters in attributes are escaped
A value that its type forbids is badArgument and not repeated
Several errors at once, all true
Every error has a text
No entities but the predefined five
A stylesheet instruction stands before the root
No arguments: badVerb
Unknown verb: badVerb
Empty verb: badVerb
Verb in wrong case: badVerb
Repeated verb: badVerb
A home-made verb: badVerb
Unknown argument with any verb: badArgument
Argument of another verb: badArgument
Repeated argument with any verb: badArgument
Argument name in wrong case: badArgument
Empty argument: badArgument
Empty resumptionToken is an error
GetRecord without an argument that it needs: badArgument
A list without metadataPrefix: badArgument
resumptionToken beside another argument: badArgument
The same argument in address and body counts as repeated
Control characters and broken UTF-8: badArgument
An argument of a megabyte: 4xx or badArgument
Unknown and missing argument together
Identify: elements in order
Identify: baseURL is the address that was used
Identify: adminEmail is a usable address
Identify: earliestDatestamp is not later than any datestamp
Identify: granularity
Identify: deletedRecord is true
Identify: oai-identifier with a sample that exists
Identify: further descriptions are valid
Identify: each description names its schema
Identify does not go through the store
oai_dc is always offered
Prefix, schema and namespace of a format belong together
Formats of one record
Formats of an unknown record: idDoesNotExist
A record without formats: noMetadataFormats
A deleted record keeps its formats
Well-known formats have their well-known addresses
noSetHierarchy where there are no sets, and only there
setSpecs are ASCII, names keep their diacritics
setSpecs are unique and named
Every setSpec of a header is listed
Parents of sets are listed
A parent set holds what is below it
An unknown set: noRecordsMatch
An ill-formed setSpec: badArgument
An empty set: noRecordsMatch
GetRecord shows the setSpecs of the list
Deleted records stay in their sets
ListSets comes in pages
A record of several sets comes once
A record that moves between sets takes a new datestamp
The day form of a date is accepted
Seconds sent to a repository of days
Two granularities in one request: badArgument
from after until: badArgument
Both ends of a window are included
A day is whole
What is no date of the protocol: badArgument
29 February in leap years only
from in the future: noRecordsMatch
until before the first datestamp: noRecordsMatch
from before the first datestamp is legal
from and until work alone
Datestamps do not fall and lie in no future
Lists ascend by datestamp
GetRecord is valid in every format
Unknown or foreign identifier: idDoesNotExist
A hostile identifier breaks nothing
Unknown metadataPrefix: cannotDisseminateFormat
Ill-formed metadataPrefix: badArgument
A deleted record is its header alone
The datestamp of a deletion is its time
No deleted status where deletions are not kept
A record made again is live, with a new datestamp
Identifiers are URIs, the same in all formats
oai_dc has its fifteen elements and schemaLocation
MARCXML is valid
Text that XML forbids never breaks a page
Vietnamese and Han-Nom text survives
ListIdentifiers has the headers of ListRecords
ListIdentifiers leaves out what lacks the format
about: provenance of harvested records
Rights are stated
A partial list ends in a token, a complete one has none
The last page of a sequence has an empty token
No page too many at a multiple of the page size
cursor counts elements
completeListSize is given
expirationDate in whole seconds of UTC
The same token gives the same page
Tokens work on every worker and after a restart
A bad token of any kind: badResumptionToken
A token of another verb: badResumptionToken
Tokens are short and need no escaping
Changes during a harvest lose nothing
A record deleted during a list comes as deleted
Another page size goes on with old tokens
A late page costs what an early one costs
Nothing left of a window: noRecordsMatch
""".strip().splitlines(),
        start=1,
    )
)

# Items that cannot arise with what Identify promises; their tests show that they do not.
NOT_ARISING = {79: "granularity is seconds", 99: "deletions are persistent"}

_NAME = re.compile(r"test_(\d{3})_")


def named() -> dict[int, list[str]]:
    """Number of an item -> names of the tests that show it, with their files."""
    found: dict[int, list[str]] = {}
    for file in sorted((ROOT / "tests").rglob("test_*oai*.py")) + sorted(
        (ROOT / "tests" / "unit" / "oai").glob("test_*.py")
    ):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and (match := _NAME.match(node.name)):
                name = f"{file.relative_to(ROOT / 'tests')}::{node.name}"
                names = found.setdefault(int(match[1]), [])
                if name not in names:
                    names.append(name)
    return found


def table() -> str:
    """The table in Markdown: item, status, test."""
    known = named()
    lines = ["| | item | status | test |", "|--:|---|---|---|"]
    for number, item in ITEMS.items():
        names = known.get(number, [])
        status = "holds" if names else "**not yet**"
        if number in NOT_ARISING:
            status = f"does not arise: {NOT_ARISING[number]}"
        shown = "<br>".join(f"`{name}`" for name in names)
        lines.append(f"| {number} | {item} | {status} | {shown} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    DOCUMENT.write_text(f"{before}{BEGIN}{table()}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
