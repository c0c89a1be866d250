"""The one parser for XML from strangers: files, pages of other people's servers, stored bytes.

No network, no entities, no external document type, no guessing: what is not well-formed is an
error. A document type declaration itself is the caller's to refuse (``has_doctype``), because
libxml2 reads an internal subset whatever is asked.
"""

from lxml import etree


def parse(data: bytes, *, huge_text: bool = False, keep_comments: bool = False) -> etree._Element:
    """Root element of ``data``, without comments and processing instructions unless they are to be
    kept (by who keeps what was received).

    ``huge_text`` lifts libxml2's limit of 10 MB per text node, for callers that bound the size
    themselves and have refused document types. Raises ``etree.XMLSyntaxError``.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        recover=False,
        huge_tree=huge_text,
        remove_comments=not keep_comments,
        remove_pis=not keep_comments,
    )
    return etree.fromstring(data, parser)


def has_doctype(root: etree._Element) -> bool:
    """Whether the document of ``root`` declared a document type."""
    return bool(root.getroottree().docinfo.doctype)
