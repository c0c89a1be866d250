"""What usual tools lose or break, one by one, and the tests that show that it does not happen here.

    python -m tests.conformance.defects

writes the tables of docs/known-defects.md anew. ``tests/house/test_defects.py`` compares, and looks
whether every test is there. A test is named by its file below ``tests`` and its name; in brackets,
the case of it.
"""

# ruff: noqa: E501 (a table is read by its lines)

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "known-defects.md"
BEGIN = "<!-- defects: made by python -m tests.conformance.defects -->\n"
END = "<!-- /defects -->"

_KNOWN = "unit/crosswalks/test_known_defects.py::test_"
_DAMAGE = "unit/formats/test_damage.py::test_"
_FILES = "unit/formats/test_corpus.py::test_"
_READER = "unit/formats/test_reader.py::test_"
_DC_IN = "unit/formats/test_dublin_core.py::test_"
_SIMPLE_IN = "unit/formats/test_simple_dublin_core.py::test_"
_ISIS = "unit/formats/test_cdsisis.py::test_"
_UNIMARC = "unit/marc/test_unimarc.py::test_"
_MARC8 = "unit/marc/test_marc8.py::test_"
_CODES = "unit/text/test_encodings.py::test_"
_DETECT = "unit/text/test_detection.py::test_"
_NORMAL = "unit/text/test_normal.py::test_"
_FOLDING = "unit/text/test_folding.py::test_"
_CONTRACT = "contracts/test_crosswalks.py::test_"

# Whose defects -> (defect, the tests).
DEFECTS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "Stylesheets to Dublin Core in general use (Library of Congress; copies in Koha, FOLIO, RecordManager, Invenio, YAZ, Evergreen)": (
        ("class numbers 082 and 050 are lost", (f"{_KNOWN}the_class_number_is_kept",)),
        ("the date is no plain year (`c1993.`)", (f"{_KNOWN}the_date_is_a_year",)),
        ("titles end in ` /`, ` :` or ` =`", (f"{_KNOWN}no_isbd_punctuation_is_left_at_the_end_of_a_title",)),
        ("the statement of responsibility is in the title", (f"{_KNOWN}the_statement_of_responsibility_is_not_in_the_title",)),
        ("245 $n $p are lost", (f"{_KNOWN}parts_of_a_title_are_kept",)),
        ("subdivisions $v $x $y $z of subjects are lost", (f"{_KNOWN}subdivisions_of_subjects_are_kept",)),
        ("a creator holds newline and indentation, or no separator at all", (f"{_KNOWN}a_name_holds_no_newline_however_the_source_was_printed",)),
        ("$e $4 $0 $6 stand in the name", (f"{_KNOWN}no_role_stands_in_a_name", f"{_KNOWN}no_link_and_no_number_stands_in_a_name")),
        ("a name keeps its comma (`Sandburg, Carl,`)", ("unit/crosswalks/test_fields.py::test_chop[Sandburg, Carl,]",)),
        ("every 7XX is a creator, none a contributor", (f"{_KNOWN}added_names_are_contributors_when_their_role_says_so",)),
        ("X00 with $t is a creator", (f"{_KNOWN}a_name_with_a_title_is_a_related_work_and_no_creator",)),
        ("text is not NFC", (f"{_KNOWN}output_is_composed",)),
        ("series are lost", (f"{_KNOWN}series_are_kept",)),
        ("geographic subjects 651 are lost", (f"{_KNOWN}geographic_subjects_are_kept", f"{_KNOWN}geographic_subjects_are_also_coverage")),
        ("a qualifier or a price stands in the ISBN, and a bare `URN:ISBN:`", (f"{_KNOWN}no_bare_urn_of_an_isbn_and_no_qualifier_in_it",)),
        ("a wrong ISBN ($z) goes out as one", (f"{_KNOWN}a_wrong_isbn_is_not_given_as_one",)),
        ("130, 240, 246 and 740 are lost", (f"{_KNOWN}other_titles_are_kept",)),
        ("the original script (880) is lost", (f"{_KNOWN}the_original_script_is_kept_and_says_which_it_is", f"{_CONTRACT}pairs_of_scripts_stay_together")),
        ("520 and 521 are written twice", (f"{_KNOWN}a_note_is_written_once",)),
        ("of several languages in 041 one is left, glued codes stay glued", (f"{_KNOWN}several_languages_are_all_kept_glued_or_not",)),
        ("a language is written that is blank, `und` or no code", (f"{_KNOWN}what_is_no_language_is_not_written",)),
        ("546 becomes a language", (f"{_KNOWN}free_text_about_languages_is_no_language",)),
        ("264 is ignored: no publisher, no date", (f"{_KNOWN}264_is_read",)),
        ("the publisher is the place", (f"{_KNOWN}the_publisher_is_not_the_place",)),
        ("half a bracket stays (`Hà Nội]`)", (f"{_KNOWN}half_a_bracket_is_none",)),
        ("every 500-599 leaves, local codes with it", (f"{_KNOWN}local_codes_are_no_description", f"{_CONTRACT}private_and_local_fields_stay_in_the_library")),
        ("types are glued together (`manuscripttext`)", (f"{_KNOWN}types_are_not_glued_together",)),
        ("856 of something else is an identifier", (f"{_KNOWN}an_address_of_something_else_is_a_relation",)),
        ("the media type of a file is looked for in 865 and lost", (f"{_KNOWN}the_media_type_of_a_file_is_kept",)),
        ("653 is one subject, however many $a", ("unit/crosswalks/test_oai_dc.py::test_rule[=653  \\\\\\\\$aThơ$aVăn]",)),
        ("the scheme of a subject is lost", ("unit/crosswalks/test_qdc.py::test_schemes", "unit/crosswalks/test_mods.py::test_mapping[=650  \\\\7$aThơ$2bnf]")),
        ("an attribute that no schema knows (Koha's `type=\"original\"`)", (f"{_KNOWN}elements_have_no_attribute_but_the_language", "contracts/test_profiles.py::test_real_records_are_accepted_in_every_format")),
        ("output is valid and wrong", (f"{_CONTRACT}golden", "contracts/test_rule_files.py::test_a_rule_gives_what_its_examples_say")),
        ("real MARCXML is refused for what its schema forbids", (f"{_DAMAGE}marcxml[indicator missing]", "unit/marc/test_legal.py::test_indicators_and_codes_are_repaired")),
    ),
    "Stylesheets to MODS and back": (
        ("a record is another one inside a collection", (f"{_KNOWN}a_record_is_the_same_alone_in_a_collection_and_pretty_printed", f"{_CONTRACT}from_canonical_is_what_write_gives")),
        ("a collection costs the square of its records", (f"{_KNOWN}a_record_is_the_same_alone_in_a_collection_and_pretty_printed",)),
        ("output is no valid MODS", (f"{_CONTRACT}real_records_are_valid", f"{_CONTRACT}hostile_record_is_valid")),
        ("half a bracket, a final ` =`", (f"{_KNOWN}half_a_bracket_is_none", f"{_KNOWN}no_isbd_punctuation_is_left_at_the_end_of_a_title")),
        ("the way back turns every 100 into a 700, drops 035, 042 and most 856", (f"{_KNOWN}a_main_entry_comes_back_from_mods_as_one_with_numbers_and_addresses",)),
        ("49 % of subfields come back in place, 86 % anywhere", ("unit/test_explain.py::test_mods_loses_nothing_of_a_plain_record", "unit/formats/test_mods_in.py::test_what_we_write_comes_back")),
    ),
    "Stylesheets from Dublin Core and UNIMARC to MARC 21 (Koha)": (
        ("contributors are lost (`dc:contributer`)", (f"{_SIMPLE_IN}read_dspace",)),
        ("subjects become 690, languages 546, identifiers 500", (f"{_SIMPLE_IN}read_dspace",)),
        ("of UNIMARC 200 only $a is read", (f"{_UNIMARC}title_with_everything",)),
        ("an address of somebody's library is written into every record", (f"{_UNIMARC}rules",)),
    ),
    "DSpace": (
        ("`marc` calls every item a music recording", (f"{_DC_IN}choice_of_a_format",)),
        ("`mods` swaps two dates", (f"{_DC_IN}choice_of_a_format",)),
        ("`qdc` says when an item was unlocked three times, once as its creation", (f"{_DC_IN}qualified_dublin_core",)),
        ("`oai_dc` has four dates, the accession first", (f"{_SIMPLE_IN}read_dspace", f"{_SIMPLE_IN}only_dates_with_a_time_of_day")),
        ("provenance leaves", (f"{_DC_IN}dim", f"{_DC_IN}qualified_dublin_core")),
        ("files are lost, with size, type and checksum", (f"{_DC_IN}xoai_with_its_files", f"{_DC_IN}the_files_are_holdings")),
        ("`vi`, `vi_VN` as languages", (f"{_DC_IN}dim", "unit/crosswalks/test_languages.py::test_marc_code")),
        ("the leader says nothing of the kind of item", (f"{_SIMPLE_IN}read_type",)),
        ("`from` equal to `until` gives nothing (4.x to 5.2)", ("unit/harvester/test_run.py::test_incremental_window_and_no_until",)),
        ("datestamps with milliseconds", ("unit/harvester/sources/test_oai_pmh.py::test_dates",)),
        ("the repository looks empty until it was indexed", ("unit/harvester/test_run.py::test_an_empty_whole_list_is_held_where_records_are_live",)),
    ),
    "Koha": (
        ("U+001F inside the XML costs the file", (f"{_DAMAGE}marcxml[U+001F inside]", f"{_FILES}whole_files[koha436/derived_biblio.xml]")),
        ("items (952) and internal numbers (999) leave", (f"{_CONTRACT}private_and_local_fields_stay_in_the_library",)),
        ("items are lost as holdings", ("unit/marc/test_holdings.py::test_koha_items",)),
    ),
    "CDS/ISIS exports in usual readers": (
        ("lines of 80 bytes: no record is read", (f"{_DAMAGE}cdsisis[wrapped at 80 with CR LF]", f"{_DAMAGE}cdsisis[wrapped at 80 with LF]", f"{_ISIS}every_way_of_wrapping")),
        ("`#` and `##` as terminators", (f"{_DAMAGE}cdsisis[terminators are #]", f"{_DAMAGE}cdsisis[# inside a value]")),
        ("`^` before subfields: each field is one value", (f"{_ISIS}every_way_of_wrapping",)),
        ("marks of non-filing articles and lists of terms stay as text", (f"{_ISIS}every_way_of_wrapping",)),
        ("code pages of DOS", (f"{_ISIS}code_pages",)),
        ("tags of the library's own", (f"{_ISIS}a_mapping_of_the_source", f"{_ISIS}lilacs_is_known_by_its_tags")),
    ),
    "UNIMARC in usual readers": (
        ("the leader says nothing, the bytes are UTF-8", (f"{_DAMAGE}iso2709[leader says MARC-8, bytes are UTF-8]",)),
        ("marks of non-sorting text are shown in titles", (f"{_UNIMARC}an_article_that_is_not_sorted_is_counted", "unit/marc/test_values.py::test_marks_of_non_sorting_text")),
        ("other formats inside ISO 2709 (MAB2) are taken for MARC", ("unit/marc/test_repair.py::test_other_formats_in_the_coat_of_iso_2709_are_refused", f"{_UNIMARC}what_is_unimarc")),
    ),
    "A dump of a Vietnamese library": (
        ("all text is decomposed", (f"{_FILES}hcmut_is_composed",)),
        ("008 says year 9999 and language `und`", ("unit/crosswalks/test_fields.py::test_dates[990405s9999    vm]", f"{_KNOWN}what_is_no_language_is_not_written")),
        ("020 is a running number", ("unit/text/test_identifiers.py::test_no_isbn",)),
        ("082 has the letters of the author behind it", ("unit/crosswalks/test_oai_dc.py::test_rule[=082  04$a895.922/1 NG$214]", f"{_KNOWN}letters_behind_a_class_number_are_no_part_of_it")),
        ("several people stand in one field", (f"{_KNOWN}people_in_one_field_are_told_apart",)),
        ("names with and without a comma are two people", ("unit/union/test_publication.py::test_names_are_blind_to_comma_and_order",)),
    ),
    "Damaged files in usual readers (records lost by pymarc, yaz-marcdump or both)": (
        ("declared length shorter than the record", (f"{_DAMAGE}iso2709[record length too small]", f"{_FILES}whole_files[bu_bibs/bu_bibs.mrc]")),
        ("junk in the declared length", (f"{_DAMAGE}iso2709[record length no number]",)),
        ("newline or filler between records", (f"{_DAMAGE}iso2709_with_filler_between_records", f"{_FILES}whole_files[dnb/sample.mrc]")),
        ("directory invalid, base address wrong", (f"{_DAMAGE}iso2709[directory with letters for numbers]", f"{_DAMAGE}iso2709[base address too small]", f"{_FILES}whole_files[nasty_pymarc/bad_records.mrc]", f"{_FILES}whole_files[pride_prejudice/pride-and-prejudice-with-many-errors.mrc]")),
        ("123,375 bytes declared as 23375", (f"{_FILES}whole_files[nasty_marc4j/bad_too_long_plus_2.mrc]",)),
        ("more than 99,999 bytes declared as 99999", (f"{_DAMAGE}iso2709[record of more than 99,999 bytes]", f"{_FILES}whole_files[nasty_marc4j/bad_hathi_records.mrc]")),
        ("a length of five digits in the directory", (f"{_DAMAGE}iso2709[length of five digits in the directory]",)),
        ("truncated at the end", (f"{_FILES}a_file_cut_off", f"{_READER}one_bad_record_costs_one_record")),
        ("bytes that cannot be decoded", (f"{_FILES}whole_files[psu/split_items_test.mrc]", "unit/marc/test_values.py::test_values")),
        ("says UTF-8, is MARC-8 or Latin-1", (f"{_DAMAGE}iso2709[leader says UTF-8, bytes are MARC-8]", "unit/marc/test_values.py::test_the_whole_record_decides_between_marc8_and_latin1")),
        ("says MARC-8, is UTF-8", (f"{_DAMAGE}iso2709[leader says MARC-8, bytes are UTF-8]",)),
        ("terminators are missing", (f"{_DAMAGE}iso2709[record terminator missing]", f"{_DAMAGE}iso2709[last field terminator missing]")),
        ("one short leader costs a file of MARCXML", (f"{_DAMAGE}marcxml[leader too short]", f"{_DAMAGE}marcxml[leader with collapsed blanks]")),
        ("a missing tag or code costs a file of MARCXML", (f"{_DAMAGE}marcxml[tag missing]", f"{_DAMAGE}marcxml[subfield code missing]")),
        ("MARCXML that is cut off: no record is read", (f"{_READER}one_bad_record_costs_one_record",)),
        ("undeclared prefixes and entities", (f"{_DAMAGE}marcxml[undeclared prefix]", f"{_DAMAGE}marcxml[undeclared entity]")),
        ("references to characters (`&#xHHHH;`) stay as text", (f"{_MARC8}clean_values",)),
        ("leader/20-23 is not 4500", (f"{_DAMAGE}marcxml[leader too short]", "unit/marc/test_legal.py::test_a_leader_keeps_what_it_says_of_the_material")),
        ("U+FFFD, which was lost before, is mended silently", ("unit/marc/test_values.py::test_values",)),
        ("never fewer than the better of the two, file by file", (f"{_FILES}never_fewer_than_the_better_of_two_others",)),
    ),
    "MARC-8 writers and readers": (
        ("38 to 116 of the 134 letters survive from composed text", (f"{_MARC8}vietnamese_letters_survive_here_and_in_pymarc",)),
        ("110 of them survive from decomposed text: the horn is dropped", (f"{_MARC8}vietnamese_letters_survive_here_and_in_pymarc",)),
        ("a tone is written inside a reference", (f"{_MARC8}written",)),
        ("a character beyond the BMP is written as two references", (f"{_MARC8}written",)),
        ("references are not read back", (f"{_MARC8}clean_values", "conformance/test_heritage.py::test_vietnamese_and_nom_are_read_back_from_marc8")),
        ("two references of surrogates are not one character", (f"{_MARC8}clean_values",)),
        ("tone before circumflex: 102 letters survive", (f"{_MARC8}clean_values", f"{_NORMAL}tone_before_circumflex_is_put_in_order")),
        ("decoding gives no NFC where the record is UTF-8", (f"{_READER}the_fast_way_normalises",)),
    ),
    "Old encodings of Vietnamese in usual programs": (
        ("decoded silently to garbage under a leader that says MARC-8", ("unit/marc/test_legacy.py::test_a_file_in_an_old_encoding",)),
        ("None, or bad bytes, under a leader that says UTF-8", ("unit/marc/test_legacy.py::test_a_file_in_an_old_encoding",)),
        ("recode and vietnamese-conversion swap Ằ and Ắ of VNI", (f"{_CODES}known_bytes[A\\xc8A\\xc9]",)),
        ("ư of TCVN3 (0xAD) disappears as a soft hyphen or becomes U+2212", (f"{_CODES}real_texts_that_were_read_as_windows_1252", f"{_DETECT}what_cannot_have_been_misread")),
        ("small letters inside capital words of a capital font", (f"{_CODES}known_bytes[TH\\xa6 VI\\xd6N]",)),
        ("CP1258 of Python is neither NFC nor NFD and cannot write ễ", (f"{_CODES}known_bytes[Nguy\\xea\\xden]", f"{_CODES}every_letter_is_written_and_read")),
        ("letters of VISCII and VPS collide with terminators of ISO 2709", ("unit/marc/test_legacy.py::test_letters_that_are_delimiters",)),
        ("full stops and question marks of VIQR are taken for tones", (f"{_CODES}known_bytes[http://a.vn/index.html ho?i gi`?]", f"{_DETECT}viqr_of_real_titles")),
        ("UTF-8 that was read as windows-1252 and written again", (f"{_DETECT}utf8_in_utf8", "unit/marc/test_legacy.py::test_a_file_that_was_read_as_windows_1252")),
        ("words that were converted twice, words whose ư is lost", ("unit/text/test_mending.py::test_damaged_texts", "unit/marc/test_legacy.py::test_words_whose_letters_are_gone")),
    ),
    "Text in usual engines and libraries": (
        ("tone before circumflex stays broken after NFC", (f"{_NORMAL}tone_before_circumflex_is_put_in_order",)),
        ("Ð (eth) for Đ", (f"{_NORMAL}eth_beside_vietnamese_letters_is_d_with_stroke",)),
        ("`nguyen` misses Nguyễn, `dang` misses Đặng", (f"{_FOLDING}tokens[Nguyễn Dữ]", f"{_FOLDING}tokens[ĐẶNG Thai]")),
        ("a decomposed word is split", (f"{_FOLDING}composed_and_decomposed_are_equal",)),
        ("hoà and hòa, thuý and thúy are different words", (f"{_FOLDING}tokens[Hoà hòa]", f"{_FOLDING}tokens[thúy Thuý]")),
        ("a run of Han is one word", (f"{_FOLDING}han_characters_are_words_of_their_own",)),
        ("private-use and unassigned characters are dropped", (f"{_FOLDING}private_use_and_unassigned_nom_is_kept", "conformance/test_heritage.py::test_nom_passes_through_everything")),
        ("ước is sorted before út, tones in another order", ("unit/text/test_collation.py::test_order", "unit/text/test_collation.py::test_the_order_of_cldr")),
        ("citations lose the original script, or have it as a second author", (f"{_KNOWN}the_original_script_is_kept_in_citations_and_is_no_second_author",)),
        ("names are turned round at the last word (BibTeX)", ("unit/crosswalks/test_not_xml.py::test_bibtex_escapes_and_never_turns_a_name_round",)),
    ),
}  # fmt: skip


def tests() -> list[str]:
    """Every test named, once."""
    named = (test for rows in DEFECTS.values() for _, found in rows for test in found)
    return list(dict.fromkeys(named))


def missing(test: str) -> str:
    """Empty when ``test`` is there; else what is not."""
    path, _, name = test.partition("::")
    name, _, case = name.partition("[")
    source = (ROOT / "tests" / path).read_text(encoding="utf-8")
    functions = {n.name for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef)}
    if name not in functions:
        return f"{path} has no {name}"
    return "" if case.removesuffix("]") in source else f"{path} has no case {case}"


def table() -> str:
    """Markdown."""
    parts: list[str] = []
    for whose, rows in DEFECTS.items():
        parts += [f"## {whose}", "", "| Defect | Test |", "|---|---|"]
        parts += [
            f"| {defect} | {'<br>'.join(f'`{test}`' for test in found)} |" for defect, found in rows
        ]
        parts.append("")
    return "\n".join(parts)


def main() -> None:
    """Write the tables into the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    DOCUMENT.write_text(before + BEGIN + table() + END + after, encoding="utf-8")


if __name__ == "__main__":
    main()
