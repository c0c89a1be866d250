"""The rule language of the crosswalks: TOML files of templates, compiled to Python.

``docs/crosswalks.md`` describes it. ``language`` reads a file, ``template``
and ``condition`` read what is inside a rule, ``vocabulary`` has what rules can name, ``compiler``
makes one Python function of a file, and ``trace`` tells what that function used of a record.
"""

from interop.crosswalks._rules.compiler import Node, compile_nodes, compile_xml, tags_read
from interop.crosswalks._rules.language import RuleError, RuleFile, load, overridden

__all__ = [
    "Node",
    "RuleError",
    "RuleFile",
    "compile_nodes",
    "compile_xml",
    "load",
    "overridden",
    "tags_read",
]
