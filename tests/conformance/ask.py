"""One question asked three ways, by clients that other people wrote."""

import re
import subprocess
from urllib.parse import urlencode

from lxml import etree

from tests.processes import get

ZS = "{http://www.loc.gov/zing/srw/}"
OAI = "{http://www.openarchives.org/OAI/2.0/}"


def sru_count(base: str, database: str, query: str) -> int:
    """numberOfRecords of a CQL query."""
    asked = urlencode({"version": "1.2", "operation": "searchRetrieve", "query": query})
    tree = etree.fromstring(get(f"{base}/sru/{database}?{asked}"))
    assert tree.find(f"{ZS}diagnostics") is None, etree.tostring(tree, encoding="unicode")
    return int(tree.findtext(f"{ZS}numberOfRecords"))


def yaz(program: str, address: str, database: str, *commands: str) -> str:
    """Output of a yaz-client that runs ``commands``."""
    script = "\n".join([f"open {address}/{database}", *commands, "quit", ""])
    done = subprocess.run([program], input=script, capture_output=True, text=True, timeout=60)
    return done.stdout


def z3950_count(program: str, address: str, database: str, pqf: str) -> int:
    """Hits of a PQF query, asked with yaz-client."""
    output = yaz(program, address, database, f"find {pqf}")
    match = re.search(r"Number of hits: (\d+)", output)
    assert match, output
    return int(match[1])


def oai_headers(base: str, path: str = "/oai", **arguments: str) -> list[etree._Element]:
    """All headers of a ListIdentifiers, followed to its end by the letter of the protocol."""
    asked = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc", **arguments}
    headers = []
    while True:
        tree = etree.fromstring(get(f"{base}{path}?{urlencode(asked)}"))
        errors = tree.findall(f"{OAI}error")
        if [error.get("code") for error in errors] == ["noRecordsMatch"]:
            return []
        assert not errors, etree.tostring(tree, encoding="unicode")
        headers += tree.iter(f"{OAI}header")
        token = tree.findtext(f".//{OAI}resumptionToken")
        if not token:
            return headers
        asked = {"verb": "ListIdentifiers", "resumptionToken": token}
