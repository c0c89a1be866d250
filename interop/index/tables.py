"""Derived tables that every engine shares: words, sort keys and the progress of the followers.

They stand in an SQLite file of their own beside the index, so that a follower never waits for the
store's writer, and may be thrown away with it. The follower writes them before the engine's
commit: after a kill they may know a word that the engine does not have yet, never the reverse.

``entry``: what is scanned: the distinct words and headings of text access points with their marks,
and years, in the order of the dictionary. What has that order by its code points is scanned in
``word``: keys, and words of plain letters and digits, which most are.

``word``: the distinct tokens and keys of each access point, one row for a token that stands with
and without marks alike. It expands truncated terms and counts what they stand for, so every engine
refuses the same queries. A word whose last record is gone stays for a while (``ghosts``); it only
ever matches nothing.
"""

import fcntl
import json
import os
import re
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

import sqlalchemy as sa

from interop.index import base, masks, spans
from interop.index.base import Document, ScanKind
from interop.index.columns import Columns
from interop.index.gathered import BOTH, EXACT, FOLDED, YEARS, Gathered, Words
from interop.query.access_points import ACCESS_POINTS, BY_NAME
from interop.query.ast import Span
from interop.text.collation import sort_key

# Raised when the tables below change. A file of another version, or filled under another
# ANALYSIS_VERSION, is emptied; the indexes that were built with it are then stale.
TABLES_VERSION = 5

BUSY_TIMEOUT = 30_000  # ms that one follower waits for another's transaction (index-wide, short)
_CHUNK = 50_000  # row ids in one JSON parameter, well below SQLite's 1 GB and our memory
_SEEN_WORDS = 500_000  # words remembered as written: about 50 MB, then forgotten at once

_METADATA = sa.MetaData()

_WORD = sa.Table(
    "word",
    _METADATA,
    sa.Column("ap", sa.Text, primary_key=True),
    sa.Column("term", sa.Text, primary_key=True),
    sa.Column("forms", sa.Integer, nullable=False),  # FOLDED, EXACT or both
    sqlite_with_rowid=False,
)
_ENTRY = sa.Table(
    "entry",
    _METADATA,
    sa.Column("ap", sa.Text, primary_key=True),
    sa.Column("kind", sa.Integer, primary_key=True),  # _WORDS or _HEADINGS
    sa.Column("sort", sa.LargeBinary, primary_key=True),
    sa.Column("term", sa.Text, primary_key=True),
    sa.Column("display", sa.Text),  # of a heading, where it is not the term
    sqlite_with_rowid=False,
)
_SORT_KEY = sa.Table(
    "sort_key",
    _METADATA,
    sa.Column("ap", sa.Text, primary_key=True),
    sa.Column("rid", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("key", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
_FOLLOWER = sa.Table(
    "follower",
    _METADATA,
    sa.Column("engine", sa.Text, primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("analysis_version", sa.Integer, nullable=False),
)
_STATE = sa.Table(
    "state",
    _METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

# Built once: compiling a statement costs more than running it.
_MATCHING = sa.text(
    "SELECT term FROM word WHERE ap = :ap AND term BETWEEN :lo AND :hi"
    " AND forms & :form AND term GLOB :glob ORDER BY term LIMIT :limit"
)
_COUNT = sa.text(
    "SELECT count(*) FROM (SELECT 1 FROM word WHERE ap = :ap AND term BETWEEN :lo AND :hi"
    " AND forms & :form AND term GLOB :glob LIMIT :limit)"
)
_SPANS = sa.text(
    "SELECT term FROM word WHERE ap = :ap AND term BETWEEN :first AND :last"
    " AND substr(term, 6) BETWEEN :low AND :high ORDER BY term LIMIT :limit"
)
_ENTRIES_FROM = sa.text(
    "SELECT term, coalesce(display, term) FROM entry WHERE ap = :ap AND kind = :kind"
    " AND (sort, term) >= (:sort, :term) ORDER BY sort, term LIMIT :limit OFFSET :offset"
)
_ENTRIES_BELOW = sa.text(
    "SELECT term, coalesce(display, term) FROM entry WHERE ap = :ap AND kind = :kind"
    " AND (sort, term) < (:sort, :term) ORDER BY sort DESC, term DESC LIMIT :limit OFFSET :offset"
)
_WORDS_FROM = sa.text(
    "SELECT sort, term FROM entry WHERE ap = :ap AND kind = 0"
    " AND (sort, term) >= (:sort, :term) ORDER BY sort, term LIMIT :limit"
)
_WORDS_BELOW = sa.text(
    "SELECT sort, term FROM entry WHERE ap = :ap AND kind = 0"
    " AND (sort, term) < (:sort, :term) ORDER BY sort DESC, term DESC LIMIT :limit"
)
_PLAIN_FROM = sa.text(
    "SELECT term FROM word WHERE ap = :ap AND term >= :first AND term < '{'"
    " AND forms & 2 AND term NOT GLOB '*[^0-9a-z]*' ORDER BY term LIMIT :limit"
)
_PLAIN_BELOW = sa.text(
    "SELECT term FROM word WHERE ap = :ap AND term < :first AND term < '{'"
    " AND forms & 2 AND term NOT GLOB '*[^0-9a-z]*' ORDER BY term DESC LIMIT :limit"
)
_KEYS_FROM = sa.text(
    "SELECT term, term FROM word WHERE ap = :ap AND term >= :term"
    " ORDER BY term LIMIT :limit OFFSET :offset"
)
_KEYS_BELOW = sa.text(
    "SELECT term, term FROM word WHERE ap = :ap AND term < :term"
    " ORDER BY term DESC LIMIT :limit OFFSET :offset"
)
_DISPLAY = sa.text(
    "SELECT coalesce(display, term) FROM entry"
    " WHERE ap = :ap AND kind = 1 AND sort = :sort AND term = :term"
)
_KEYS_OF = sa.text(
    "SELECT k.rid, k.key FROM json_each(:rids) AS wanted"
    # CROSS keeps this order: the planner would read all of sort_key for each row id.
    " CROSS JOIN sort_key AS k ON k.ap = :ap AND k.rid = wanted.value"
)
_PUBLISH = sa.text(
    "INSERT INTO follower (engine, seq, analysis_version) VALUES (:engine, :seq, :version)"
    " ON CONFLICT (engine) DO UPDATE SET seq = excluded.seq,"
    " analysis_version = excluded.analysis_version"
)
_PROGRESS = sa.select(_FOLLOWER.c.engine, _FOLLOWER.c.seq, _FOLLOWER.c.analysis_version)
_WORDS_AFTER = sa.text(
    "SELECT term FROM word WHERE ap = :ap AND term > :term AND forms & :form"
    " ORDER BY term LIMIT :limit"
)
_ENTRIES_AFTER = sa.text(
    "SELECT sort, term FROM entry WHERE ap = :ap AND kind = :kind"
    " AND (sort, term) > (:sort, :term) ORDER BY sort, term LIMIT :limit"
)
_GET_STATE = sa.text("SELECT value FROM state WHERE name = :name")
_SET_STATE = sa.text(
    "INSERT INTO state (name, value) VALUES (:name, :value)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_GET_IDENTITY = sa.select(_STATE.c.value).where(_STATE.c.name == "identity")
# The hottest path, hence the driver's own form (several times faster than a list of dicts).
_ADD_WORDS = (
    "INSERT INTO word (ap, term, forms) VALUES (?, ?, ?) ON CONFLICT (ap, term)"
    " DO UPDATE SET forms = forms | excluded.forms WHERE forms | excluded.forms <> forms"
)
_ADD_ENTRIES = "INSERT OR IGNORE INTO entry (ap, kind, sort, term, display) VALUES (?, ?, ?, ?, ?)"
_ADD_KEYS = "INSERT OR REPLACE INTO sort_key (ap, rid, key) VALUES (?, ?, ?)"
_ADD_HEADINGS = (
    "INSERT INTO entry (ap, kind, sort, term, display) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET display = excluded.display"
)
_DROP_FORMS = "UPDATE word SET forms = forms & ~? WHERE ap = ? AND term = ?"
_DROP_WORDS = "DELETE FROM word WHERE ap = ? AND term = ? AND forms = 0"
_DROP_ENTRIES = "DELETE FROM entry WHERE ap = ? AND kind = ? AND sort = ? AND term = ?"
_DROP_KEYS = "DELETE FROM sort_key WHERE ap = ? AND rid = ?"

_WORDS, _HEADINGS = 0, 1  # kinds of entries
_SORTABLE = frozenset(point.name for point in ACCESS_POINTS if point.sort)


# What a term is: a word without or with its marks, a key; a year; a whole heading.
Form: TypeAlias = Literal["plain", "exact", "year", "heading"]


class Section(NamedTuple):
    """Terms of one kind of an access point."""

    ap: str
    form: Form


Place: TypeAlias = tuple[bytes, str]  # the sort key and the term where a walk stands

SECTIONS: tuple[Section, ...] = tuple(
    Section(point.name, form)
    for point in ACCESS_POINTS
    for form in (
        ("plain", "exact", "heading")
        if point.kind == "text"
        else ("year",)
        if point.kind == "year"
        else ("plain",)
    )
)

# Removals that begin a walk through all terms: one in so many records.
REMOVALS = 100


class Tables:
    """``path``: the SQLite file; it and its folder are made at first use.

    Safe across ``fork``: every process opens connections of its own. Any number of threads may
    read; one follower at a time writes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        # By process: what a forked child inherits is kept there unused, since closing it would
        # close its parent's files.
        self._opened: dict[int, sa.Engine] = {}
        self._seen: Words = {}
        self._seen_size = 0
        self._seen_in = ("", "")
        self._shown: dict[str, dict[str, int]] = {}  # heading -> hash of how it is shown
        self._columns = Columns(path.parent)

    def write(self, documents: Sequence[Document], deleted: Sequence[int]) -> None:
        """Add the words of ``documents`` and put their sort keys in place of the old ones, in one
        transaction; harmless when repeated.
        """
        gathered = Gathered()
        gathered.add(documents, deleted)
        self.put(gathered)

    def put(self, gathered: Gathered) -> None:
        """``write`` for documents of which this was gathered."""
        with self._begin(write=True) as connection:
            identity = _identity(connection)
            state = (identity, _state(connection, "swept"))  # another process may have swept
            if state != self._seen_in or self._seen_size > _SEEN_WORDS:
                self._seen, self._shown, self._seen_size, self._seen_in = {}, {}, 0, state
            fresh = self._fresh_words(gathered.words())
            headings = self._fresh_headings(gathered.headings)
            given = _count_removals(connection, gathered)
            gone = [(ap, rid) for ap in _SORTABLE for rid in gathered.deleted]
            gone += [
                (ap, rid)
                for rids, sort in gathered.sorts
                for ap in _SORTABLE
                if ap not in sort
                for rid in rids
                if rid <= given
            ]
            keys = [
                (ap, rid, key)
                for rids, sort in gathered.sorts
                for ap, key in sort.items()
                for rid in rids
            ]
            # In the order of the key, so that each page of the table is visited once.
            _many(connection, _ADD_WORDS, _words(fresh))
            _many(connection, _ADD_ENTRIES, sorted(_entries(fresh)))
            _many(connection, _ADD_HEADINGS, sorted(_headings(headings)))
            _many(connection, _DROP_KEYS, gone)
            _many(connection, _ADD_KEYS, sorted(keys))
            self._write_columns(identity, gathered)
        for ap, found in headings.items():
            self._shown.setdefault(ap, {}).update({each: hash(d) for each, d in found.items()})
            self._seen_size += len(found)
        for field, words in fresh.items():  # only now are they known to be written
            self._seen.setdefault(field, set()).update(words)
            self._seen_size += len(words)

    def _fresh_words(self, words: Words) -> Words:
        """Those that are not known to be written so."""
        known, nothing = self._seen, set[str]()
        return {
            (ap, forms): each - known.get((ap, forms), nothing) - known.get((ap, BOTH), nothing)
            for (ap, forms), each in words.items()
        }

    def _fresh_headings(self, headings: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        """Those that are not known to be written as they are shown now."""
        return {
            ap: {
                heading: display
                for heading, display in found.items()
                if shown.get(heading) != hash(display)
            }
            for ap, found in headings.items()
            for shown in [self._shown.get(ap, {})]
        }

    def _write_columns(self, identity: str, gathered: Gathered) -> None:
        for ap in _SORTABLE:
            keys: list[tuple[int, bytes | None]] = [(rid, None) for rid in gathered.deleted]
            keys += [(rid, sort.get(ap)) for rids, sort in gathered.sorts for rid in rids]
            self._columns.write(identity, ap, keys)

    def words(self, ap: str, pattern: masks.Pattern, *, exact: bool, limit: int = -1) -> list[str]:
        """Distinct words of ``ap`` that match, by code point; -1 is no limit."""
        with self._begin() as connection:
            rows = connection.execute(_MATCHING, _matching(ap, pattern, exact, limit))
            return list(rows.scalars())

    def count_words(self, ap: str, pattern: masks.Pattern, *, exact: bool, limit: int) -> int:
        """How many words match, counting no further than ``limit``."""
        with self._begin() as connection:
            found = connection.execute(_COUNT, _matching(ap, pattern, exact, limit)).scalar_one()
            return int(found)

    def spans(self, query: Span, *, limit: int = -1) -> list[str]:
        """Distinct keys of the spans that ``query`` means (``interop.index.spans``)."""
        values = {"ap": query.ap, "limit": limit, **spans.bounds(query)._asdict()}
        with self._begin() as connection:
            return list(connection.execute(_SPANS, values).scalars())

    def sort_keys(self, ap: str, rids: Sequence[int]) -> dict[int, bytes]:
        """Sort keys of those of ``rids`` that have one."""
        found: dict[int, bytes] = {}
        with self._begin() as connection:
            for start in range(0, len(rids), _CHUNK):
                wanted = json.dumps(list(rids[start : start + _CHUNK]))
                for rid, key in connection.execute(_KEYS_OF, {"ap": ap, "rids": wanted}):
                    found[rid] = key
        return found

    def cells(self, ap: str, rids: Sequence[int]) -> list[bytes]:
        """The beginning of each record's sort key (``columns``); empty where there is none."""
        return self._columns.read(self.identity(), ap, rids)

    def heads(self, ap: str, rids: Sequence[int]) -> Sequence[int]:
        """The first letters of each record's sort key as a number in their order; 0 where there is
        none.
        """
        return self._columns.heads(self.identity(), ap, rids)

    def entries(
        self, ap: str, kind: ScanKind, term: str, *, below: bool, limit: int, offset: int
    ) -> list[tuple[str, str]]:
        """Terms of a scan and how they are shown, from ``term`` upwards or ``below`` it downwards.

        They may be of records that are gone. Raises ``ValueError`` for a year that is no number.
        """
        kind_of = BY_NAME[ap].kind
        if kind_of == "text" and kind == "word":
            return self._words_in_order(ap, term, below, limit, offset)
        values: dict[str, object] = {"ap": ap, "term": term, "limit": limit, "offset": offset}
        if kind_of in ("text", "year"):
            statement = _ENTRIES_BELOW if below else _ENTRIES_FROM
            values |= {"kind": _kind(ap, kind), "sort": entry_key(ap, term)}
        else:
            statement = _KEYS_BELOW if below else _KEYS_FROM
        with self._begin() as connection:
            return [(found, shown) for found, shown in connection.execute(statement, values)]

    def _words_in_order(
        self, ap: str, term: str, below: bool, limit: int, offset: int
    ) -> list[tuple[str, str]]:
        """Words with marks and other scripts from ``entry``, plain ones from ``word``."""
        wanted = offset + limit
        sort = entry_key(ap, term)
        values = {"ap": ap, "term": term, "sort": sort, "limit": wanted}
        values["first"] = _first_plain(term, sort)
        with self._begin() as connection:
            listed = connection.execute(_WORDS_BELOW if below else _WORDS_FROM, values).all()
            plain = connection.execute(_PLAIN_BELOW if below else _PLAIN_FROM, values).scalars()
            found = [(key, word) for key, word in listed]
            found += [(sort_key(word), word) for word in plain]
        found.sort(reverse=below)
        return [(word, word) for _, word in found[offset:wanted]]

    def display(self, ap: str, heading: str) -> str:
        """How a person reads a heading; itself when it is not known."""
        values = {"ap": ap, "sort": entry_key(ap, heading), "term": heading}
        with self._begin() as connection:
            return connection.execute(_DISPLAY, values).scalar_one_or_none() or heading

    # Terms whose last record is gone (``ghosts``)

    def may_have_ghosts(self) -> bool:
        """Whether records were changed or removed since all terms were looked at."""
        with self._begin() as connection:
            return bool(_state(connection, "removals") or _state(connection, "sweeping"))

    def sweeping(self) -> tuple[Section, Place] | None:
        """Where the walk through all terms stands; ``None`` when there is none to be made. One is
        begun when enough records were removed.
        """
        with self._begin(write=True) as connection:
            place = _state(connection, "sweeping")
            if place:
                number, sort, term = json.loads(place)
                return SECTIONS[number], (bytes.fromhex(sort), term)
            removals = int(_state(connection, "removals") or 0)
            if not removals or removals * REMOVALS < int(_state(connection, "top") or 0):
                return None
            _set_state(connection, "removals", "")
            _set_state(connection, "sweeping", json.dumps([0, "", ""]))
        return SECTIONS[0], (b"", "")

    def terms(self, section: Section, after: Place, limit: int) -> list[Place]:
        """Terms of ``section`` behind ``after``, each with its sort key where it has one."""
        sort, term = after
        values: dict[str, object] = {"ap": section.ap, "term": term, "limit": limit}
        if section.form in ("plain", "exact"):
            values["form"] = EXACT if section.form == "exact" else FOLDED
            with self._begin() as connection:
                return [(b"", word) for word in connection.execute(_WORDS_AFTER, values).scalars()]
        values |= {"sort": sort, "kind": _HEADINGS if section.form == "heading" else _WORDS}
        with self._begin() as connection:
            return [(key, each) for key, each in connection.execute(_ENTRIES_AFTER, values)]

    def forget(self, section: Section, gone: Sequence[Place], last: Place | None) -> None:
        """Remove terms, and go on behind ``last``, or with the next section when that is ``None``.
        For the follower, which also writes.
        """
        ap, form = section
        number = SECTIONS.index(section) + (last is None)
        sort, term = last or (b"", "")
        place = json.dumps([number, sort.hex(), term]) if number < len(SECTIONS) else ""
        dropped = EXACT if form == "exact" else FOLDED
        kind = _HEADINGS if form == "heading" else _WORDS
        with self._begin(write=True) as connection:
            if form in ("plain", "exact"):
                _many(connection, _DROP_FORMS, [(dropped, ap, word) for _, word in gone])
                _many(connection, _DROP_WORDS, [(ap, word) for _, word in gone])
            if form != "plain":  # words with their marks are scanned too
                entries = [(ap, kind, key or entry_key(ap, each), each) for key, each in gone]
                _many(connection, _DROP_ENTRIES, entries)
            _set_state(connection, "sweeping", place)
            swept = _state(connection, "swept")
            if gone:
                _set_state(connection, "swept", str(int(swept or 0) + 1))
        if gone and self._seen_in[1] == swept:
            self._seen_in = (self._seen_in[0], str(int(swept or 0) + 1))
        for _, each in gone:  # only now may they be written again
            if form == "heading":
                self._shown.get(ap, {}).pop(each, None)
            else:
                for forms in (YEARS,) if form == "year" else (dropped, BOTH):
                    self._seen.get((ap, forms), set()).discard(each)

    def publish(self, engine: str, seq: int, analysis_version: int) -> None:
        """Tell other processes how far ``engine`` is. A hint: the engine's checkpoint decides."""
        values = {"engine": engine, "seq": seq, "version": analysis_version}
        with self._begin(write=True) as connection:
            connection.execute(_PUBLISH, values)

    def progress(self) -> dict[str, tuple[int, int]]:
        """Engine -> (published seq, ANALYSIS_VERSION it was built under)."""
        with self._begin() as connection:
            return {
                engine: (seq, version) for engine, seq, version in connection.execute(_PROGRESS)
            }

    def identity(self) -> str:
        """Names this file's content. An index that was built with other tables is stale, because
        its words are not all here.
        """
        with self._begin() as connection:
            return _identity(connection)

    def clear(self) -> None:
        """Forget everything, also that there were followers; a new identity."""
        with self._begin(write=True) as connection:
            _reset(connection)
            identity = _identity(connection)
        self._columns.remove_others(identity)

    def close(self) -> None:
        opened = self._opened.pop(os.getpid(), None)
        if opened is not None:
            opened.dispose()

    def _begin(self, *, write: bool = False) -> Any:
        """A transaction on a connection of this process."""
        pid = os.getpid()
        engine = self._opened.get(pid)
        if engine is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            opened = _open(self.path)
            engine = self._opened.setdefault(pid, opened)
            if engine is not opened:  # another thread was faster
                opened.dispose()
        return engine.execution_options(immediate=write).begin()


def entry_key(ap: str, term: str) -> bytes:
    """What orders the terms of an access point. Empty for the empty term: the start of the list."""
    if not term:
        return b""
    kind = BY_NAME[ap].kind
    if kind == "year":
        return b"%020d" % int(term)
    return sort_key(term) if kind == "text" else term.encode()


# The order of the dictionary is that of the code points among words without such a character.
_NOT_PLAIN = re.compile("[^0-9a-z]").search
_PLAIN_LETTERS = re.compile(rb"(?:[0-9a-z]\x01)*")


def _first_plain(term: str, key: bytes) -> str:
    """A bound of the plain words whose keys are not below ``key``, that of ``term``: in the keys
    of ``interop.text.collation``, a letter and its shape alternate, blanks come before letters,
    other scripts behind.
    """
    letters, _, rest = key.partition(b"\0")
    alike = _PLAIN_LETTERS.match(letters)
    same = alike[0][::2].decode() if alike else ""
    other = letters[2 * len(same) :][:1]
    if other.isalnum():
        return same + chr(other[0] + 1)  # the letter has a shape
    if other > b"z":
        return same + "{"
    if not key or (not other and not rest.strip(b"\0\1") and term <= same):
        return same
    return same + "0"  # behind the word itself


def _kind(ap: str, kind: ScanKind) -> int:
    return _HEADINGS if kind == "heading" and BY_NAME[ap].kind == "text" else _WORDS


def _words(fresh: Words) -> list[tuple[str, str, int]]:
    """Rows of ``word`` in the order of its key; one for what is alike with and without marks."""
    rows: list[tuple[str, str, int]] = []
    for ap in sorted({ap for ap, forms in fresh if forms != YEARS}):
        both, folded, exact = (fresh[ap, forms] for forms in (BOTH, FOLDED, EXACT))
        if not both and not exact:  # keys
            rows += [(ap, word, FOLDED) for word in sorted(folded)]
            continue
        rows += [
            (ap, word, BOTH if word in both else FOLDED if word in folded else EXACT)
            for word in sorted(both | folded | exact)
        ]
    return rows


_Entry: TypeAlias = tuple[str, int, bytes, str, str | None]


def _entries(fresh: Words) -> Iterator[_Entry]:
    known: dict[str, bytes] = {}  # most words are in several access points

    def key(term: str) -> bytes:
        found = known.get(term)
        if found is None:
            found = known[term] = sort_key(term)
        return found

    for (ap, forms), words in fresh.items():
        if forms & EXACT:
            listed = filter(_NOT_PLAIN, words)
            yield from [(ap, _WORDS, key(word), word, None) for word in listed]
        elif forms == YEARS:
            yield from [(ap, _WORDS, entry_key(ap, year), year, None) for year in words]


def _headings(found: dict[str, dict[str, str]]) -> Iterator[_Entry]:
    for ap, displayed in found.items():
        for heading, display in displayed.items():
            shown = display if display != heading else None
            yield ap, _HEADINGS, sort_key(heading), heading, shown


def _matching(ap: str, pattern: masks.Pattern, exact: bool, limit: int) -> dict[str, object]:
    lo, hi = masks.bounds(pattern)
    glob = masks.glob(pattern)
    form = EXACT if exact else FOLDED
    return {"ap": ap, "form": form, "lo": lo, "hi": hi, "glob": glob, "limit": limit}


def _many(connection: sa.Connection, statement: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        connection.exec_driver_sql(statement, rows)


def _identity(connection: sa.Connection) -> str:
    return str(connection.execute(_GET_IDENTITY).scalar_one())


def _state(connection: sa.Connection, name: str) -> str:
    return str(connection.execute(_GET_STATE, {"name": name}).scalar_one_or_none() or "")


def _set_state(connection: sa.Connection, name: str, value: str) -> None:
    connection.execute(_SET_STATE, {"name": name, "value": value})


def _count_removals(connection: sa.Connection, gathered: Gathered) -> int:
    """The highest row id given before. Up to it they are changes, after a kill perhaps for a second
    time.
    """
    top = int(_state(connection, "top") or 0)
    rids = [rid for each, _ in gathered.sorts for rid in each]
    removed = sum(rid <= top for rid in (*rids, *gathered.deleted))
    highest = max(rids, default=0)
    if highest > top:
        _set_state(connection, "top", str(highest))
    if removed:
        before = int(_state(connection, "removals") or 0)
        _set_state(connection, "removals", str(before + removed))
    return top


def _open(path: Path) -> sa.Engine:
    engine = sa.create_engine(f"sqlite:///{path}", max_overflow=-1)
    sa.event.listen(engine, "connect", _configure)
    sa.event.listen(engine, "begin", _emit_begin)
    # SQLite does not wait for a lock when a new file is put into WAL mode, so openers queue here.
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _prepare(engine)
    return engine


def _prepare(engine: sa.Engine) -> None:
    with engine.execution_options(immediate=True).begin() as connection:
        version = 1_000 * base.ANALYSIS_VERSION + TABLES_VERSION
        if connection.exec_driver_sql("PRAGMA user_version").scalar_one() != version:
            _reset(connection)
            connection.exec_driver_sql(f"PRAGMA user_version = {version}")


def _reset(connection: sa.Connection) -> None:
    _METADATA.drop_all(connection)
    _METADATA.create_all(connection)
    connection.execute(sa.insert(_STATE).values(name="identity", value=uuid.uuid4().hex))


def _configure(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not open transactions of its own
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT}")
    connection.execute("PRAGMA journal_mode = WAL")
    # FULL: words lost at a power failure would be missing from truncated searches for good, since
    # the engine's commit, which comes after, is durable.
    connection.execute("PRAGMA synchronous = FULL")


def _emit_begin(connection: sa.Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
