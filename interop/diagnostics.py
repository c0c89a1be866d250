"""One row per condition that a client is told about: its Bib-1 number, its SRU number, its text.

Z39.50 and SRU report the same condition under different numbers (Bib-1 diagnostic set,
1.2.840.10003.4.1; SRU diagnostic list, ``info:srw/diagnostic/1``). Both front ends read this
table, so they cannot disagree. A condition that only one of the protocols knows gets the
nearest general number of the other.

A condition's ``details`` is the offending value (addinfo in Z39.50).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Condition:
    """``bib1``: Bib-1 number; ``sru``: number in info:srw/diagnostic/1; ``text``: message."""

    name: str
    bib1: int
    sru: int
    text: str


class Diagnostic(Exception):
    """A request cannot be answered as asked. The peer is wrong, or asks what we do not offer.

    ``condition`` is a row of ``CONDITIONS``; ``details`` names the offending value.
    """

    def __init__(self, name: str, details: str = "") -> None:
        self.condition = CONDITIONS[name]
        self.details = details
        super().__init__(f"{self.condition.text}: {details}" if details else self.condition.text)


_ROWS = (
    # name, Bib-1, SRU, text
    ("system_error", 1, 1, "System error"),
    ("temporary_system_error", 2, 2, "System temporarily unavailable"),
    ("unsupported_search", 3, 48, "Unsupported search"),
    ("only_stop_words", 4, 35, "Term contains nothing that can be searched"),
    ("too_many_operators", 6, 38, "Too many boolean operators, or query too deep"),
    ("term_too_long", 11, 23, "Too many characters in term"),
    ("query_too_long", 11, 12, "Too many characters in query"),
    ("too_many_records", 12, 60, "Result set too large"),
    ("query_too_costly", 12, 60, "Too many records have the words of the query; narrow it"),
    ("set_too_large", 12, 83, "Result set too large to be sorted or combined"),
    ("too_many_terms", 12, 29, "The truncated term matches too many words"),
    ("present_out_of_range", 13, 61, "Record position out of range"),
    ("record_system_error", 14, 63, "System error in presenting the record"),
    ("record_exceeds_message", 16, 70, "Record exceeds the preferred message size"),
    ("record_too_large", 17, 70, "Record exceeds the maximum record size"),
    ("result_set_as_operand", 18, 50, "Result set not supported as a search term"),
    ("result_set_exists", 21, 52, "Result set exists and replace indicator off"),
    ("unsupported_database_combination", 23, 235, "Combination of databases not supported"),
    ("unknown_element_set", 25, 66, "Element set name not valid for the database"),
    ("result_set_gone", 27, 51, "Result set no longer exists"),
    ("result_set_unknown", 30, 51, "Result set does not exist"),
    ("resources_exhausted", 31, 57, "Resources exhausted"),
    ("no_abstract_syntax", 106, 66, "No abstract syntax agreed for this record"),
    ("unsupported_query_type", 107, 11, "Query type not supported"),
    ("malformed_query", 108, 10, "Query syntax error"),
    ("database_unavailable", 109, 2, "Database unavailable"),
    ("unsupported_operator", 110, 37, "Boolean operator not supported"),
    ("too_many_databases", 111, 235, "Too many databases"),
    ("too_many_result_sets", 112, 58, "Too many result sets"),
    ("unsupported_attribute_type", 113, 10, "Attribute type not supported"),
    ("unsupported_use", 114, 16, "Access point not supported"),
    ("unsupported_context_set", 121, 15, "Context set not supported"),
    ("unsupported_relation", 117, 19, "Relation not supported"),
    ("unsupported_relation_modifier", 117, 20, "Relation modifier not supported"),
    ("unsupported_relation_index", 123, 22, "Relation not supported for this access point"),
    ("unsupported_structure", 118, 22, "Structure attribute not supported"),
    ("unsupported_position", 119, 32, "Anchor or position not supported here"),
    ("unsupported_truncation", 120, 28, "Truncation or masking not supported here"),
    ("unsupported_attribute_set", 121, 15, "Attribute set not supported"),
    ("unsupported_completeness", 122, 32, "Completeness attribute not supported"),
    ("unsupported_attribute_combination", 123, 22, "Attribute combination not supported"),
    ("unsupported_term_type", 124, 24, "Coded value not supported for the term"),
    ("malformed_term", 125, 36, "Term not in the form that the access point needs"),
    ("illegal_result_set_name", 128, 51, "Illegal result set name"),
    ("unsupported_proximity", 129, 39, "Proximity not supported"),
    ("proximity_with_anchor", 129, 34, "Proximity with anchors not supported"),
    ("unsupported_proximity_relation", 131, 40, "Proximity relation not supported"),
    ("unsupported_proximity_unit", 132, 42, "Proximity unit not supported"),
    ("unsupported_proximity_distance", 202, 41, "Proximity distance not supported"),
    ("unsupported_proximity_ordering", 129, 43, "Proximity ordering not supported"),
    ("unsupported_boolean_modifier", 110, 46, "Boolean modifier not supported"),
    ("empty_term", 125, 27, "Empty term not supported"),
    ("prefix_assigned_twice", 108, 45, "Prefix assigned twice"),
    ("unsupported_escape", 125, 26, "Character escaped in the term that is not special"),
    ("unsupported_modifier_combination", 123, 21, "Combination of modifiers not supported"),
    ("unsupported_sort", 207, 80, "Sort not supported"),
    ("unsupported_sort_key", 207, 88, "Sort key not supported"),
    ("unsupported_sort_schema", 207, 87, "Context set of a sort key not supported"),
    ("sort_missing_value", 207, 93, "Sort ended: a record has no value for the key"),
    ("no_sort_output", 208, 80, "No result set name supplied on Sort"),
    ("database_specific_sort", 210, 80, "Database-specific sort not supported"),
    ("too_many_sort_keys", 211, 84, "Too many sort keys"),
    ("duplicate_sort_key", 212, 85, "Sort key is there twice"),
    ("unsupported_sort_missing", 213, 92, "Action for missing sort values not supported"),
    ("unsupported_sort_direction", 214, 90, "Sort direction not supported"),
    ("unsupported_sort_case", 215, 91, "Case of a sort key not supported"),
    ("too_many_input_sets", 230, 80, "Too many input result sets for Sort"),
    ("illegal_sort", 237, 80, "Illegal sort"),
    ("unsupported_scan_step", 206, 4, "Scan step size not supported"),
    ("malformed_scan", 228, 4, "Scan malformed"),
    ("unsupported_term_list", 232, 16, "Term list not supported"),
    ("unsupported_scan_position", 233, 120, "Position in the Scan response not supported"),
    ("extended_service_not_supported", 221, 4, "Extended service not supported"),
    ("unknown_database", 235, 235, "Database does not exist"),
    ("database_denied", 236, 236, "Access to the database denied"),
    ("record_not_in_syntax", 238, 67, "Record not available in this syntax or schema"),
    ("unsupported_syntax", 239, 66, "Record syntax not supported"),
    ("additional_ranges", 243, 61, "Additional ranges not supported"),
    ("unsupported_comp_spec", 244, 66, "Composition specification not supported"),
    ("restriction_operand", 245, 10, "Restriction operand not supported"),
    ("complex_attribute", 246, 10, "Complex attribute value not supported"),
    ("login_refused", 1011, 3, "Bad user ID or password"),
    ("login_too_soon", 1020, 3, "Too many wrong passwords; try again later"),
    ("unsupported_service", 1025, 4, "Service not supported for this database"),
    ("record_deleted", 1028, 65, "Record deleted"),
    ("malformed_apdu", 1001, 1, "Malformed APDU"),
    ("undecodable_term", 1072, 10, "Term contains characters that cannot be read"),
    # SRU only: parameters (SRU 1.2 and 2.0, diagnostics list)
    ("unsupported_operation", 3, 4, "Unsupported operation"),
    ("unsupported_version", 3, 5, "Unsupported version"),
    ("unsupported_parameter_value", 3, 6, "Unsupported parameter value"),
    ("missing_parameter", 3, 7, "Mandatory parameter not supplied"),
    ("unsupported_parameter", 3, 8, "Unsupported parameter"),
    ("unknown_schema", 25, 66, "Unknown schema for retrieval"),
    ("unsupported_packing", 3, 71, "Unsupported record packing"),
    ("unsupported_xpath", 3, 72, "XPath retrieval unsupported"),
    ("unsupported_stylesheet", 3, 110, "Stylesheets not supported"),
    ("unknown_stylesheet", 3, 111, "Stylesheet not supported"),
    ("scan_position_out_of_range", 233, 120, "Response position out of range"),
    ("too_many_scan_terms", 228, 121, "Too many terms requested"),
)

CONDITIONS: dict[str, Condition] = {row[0]: Condition(*row) for row in _ROWS}
