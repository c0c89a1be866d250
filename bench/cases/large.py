"""Reading a large index: what each kind of question costs at one size and at another.

The records are made, since no real file of a million may be kept beside the code: syllables with
the frequencies of a language, headings that many records share. They go straight into the index, as
a follower would bring them.
"""

import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from statistics import median

from bench.machine import machine, say, versions
from bench.records import SEED
from bench.table import facts_list
from interop.index.base import Document, Facet
from interop.index.engines import by_name
from interop.index.tables import Tables
from interop.query import normalise
from interop.query.ast import And, Not, Prox, Query, Range, SortKey, Term
from interop.text.collation import sort_key

ENGINE = "tantivy"
DATABASE = "union"
BATCH = 10_000
ROUNDS = 7
GOAL = 50.0  # milliseconds
SECTION = "searching"  # of the document of figures

_INITIALS = "b c ch d đ g gi h k kh l m n ng nh ph qu r s t th tr v x".split()
_VOWELS = "a ă â e ê i o ô ơ u ư y".split()
_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
_FINALS = ("", "", "n", "ng", "c", "m", "t", "i")


def _both_of(word: str) -> tuple[str, str]:
    [folded], [marked] = normalise.both_tokens(word)
    return folded, marked


class Words:
    """Syllables and headings, drawn by Zipf's law from the same seed for every size."""

    def __init__(self) -> None:
        self._random = Random(SEED)
        self.syllables = [
            normalise.exact_tokens(initial + vowel + tone + final)[0]
            for initial in _INITIALS
            for vowel in _VOWELS
            for tone in _TONES
            for final in _FINALS
        ]
        self._random.shuffle(self.syllables)
        self._both = cache(_both_of)
        self._weights = self._zipf(len(self.syllables))
        self.subjects = [self.text(2, 4).capitalize() for _ in range(20_000)]
        self._subject_weights = self._zipf(len(self.subjects))
        self.authors = [self.text(3, 3).title() for _ in range(60_000)]
        self._author_weights = self._zipf(len(self.authors))

    def _zipf(self, size: int) -> list[float]:
        return list(accumulate(1 / (rank + 3) for rank in range(size)))

    def _author(self) -> str:
        return self._random.choices(self.authors, cum_weights=self._author_weights)[0]

    def tokens(self, value: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Folded and marked tokens: word by word, which for these words is the same as at once."""
        pairs = [self._both(word) for word in value.split()]
        return tuple(folded for folded, _ in pairs), tuple(marked for _, marked in pairs)

    def text(self, shortest: int, longest: int) -> str:
        count = self._random.randint(shortest, longest)
        return " ".join(self._random.choices(self.syllables, cum_weights=self._weights, k=count))

    def document(self, rid: int) -> Document:
        """A record of some fifty words; every seventh hundred thousandth holds a rare one."""
        title = self.text(3, 10) + (" hiếmgặp" if rid % 50_000 == 7 else "")
        subjects = self._random.choices(
            self.subjects, cum_weights=self._subject_weights, k=self._random.randint(1, 3)
        )
        fields = {"title": [title], "author": [self._author()]}
        fields |= {"subject": subjects, "notes": [self.text(5, 20)]}
        both = {ap: [self.tokens(value) for value in values] for ap, values in fields.items()}
        both["any"] = [tokens for found in both.values() for tokens in found]
        year = 1950 + int(self._random.triangular(0, 75, 60))
        return Document(
            rid,
            DATABASE,
            {ap: tuple(folded for folded, _ in found) for ap, found in both.items()},
            {ap: tuple(marked for _, marked in found) for ap, found in both.items()},
            {"language": (self._random.choices(("vie", "eng", "fre"), (8, 2, 1))[0],)},
            {"date": (year,)},
            {"title": sort_key(title), "date": b"%04d" % year},
            {ap: tuple(fields[ap]) for ap in ("title", "author", "subject")},
        )


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of CPU and by the clock, medians, and what was answered."""

    cpu: float
    clock: float
    answer: str


def run(folder: Path, sizes: Sequence[int]) -> str:
    """The section for indexes of ``sizes``, ascending, made below ``folder``."""
    begin = time.monotonic()
    facts = machine()
    measured = [_measure(folder / str(size), size, facts) for size in sizes]
    facts["memory of the process at most, preparation included"] = (
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB"
    )
    facts["duration"] = f"{time.monotonic() - begin:.0f} s"
    facts["versions"] = ", ".join(f"{name} {version}" for name, version in versions().items())
    options = " ".join(f"--large {size}" for size in sizes)
    return (
        f"## Searching in {sizes[-1]:,} records\n\n"
        f"Written by `python -m bench {options}`. Milliseconds, medians of {ROUNDS} rounds: CPU of"
        f" the asking process, and by the clock for {sizes[-1]:,} records; the goal there is"
        f" {GOAL:.0f} ms by the clock.\n\n{facts_list(facts)}\n{_table(sizes, measured)}"
    )


def _table(sizes: Sequence[int], measured: Sequence[dict[str, Cost]]) -> str:
    head = " | ".join(f"{size:,} records, CPU" for size in sizes)
    lines = [
        f"| question | {head} | growth | {sizes[-1]:,} records, clock | goal | answer |",
        "|---|" + "--:|" * (len(sizes) + 2) + "---|---|",
    ]
    for name, last in measured[-1].items():
        times = [found[name].cpu for found in measured]
        growth = f"{times[-1] / times[0]:.1f} x" if len(times) > 1 and times[0] else "-"
        cells = " | ".join(f"{each:.2f}" for each in times)
        met = "met" if last.clock <= GOAL else "not met"
        lines.append(f"| {name} | {cells} | {growth} | {last.clock:.2f} | {met} | {last.answer} |")
    return "\n".join(lines) + "\n"


def _measure(folder: Path, size: int, facts: dict[str, str]) -> dict[str, Cost]:
    words = Words()
    tables = Tables(folder / "words.db")
    index = by_name(ENGINE).open(folder, tables, lambda rids: map(words.document, rids))
    begin = time.process_time()
    for first in range(1, size + 1, BATCH):
        batch = [words.document(rid) for rid in range(first, min(first + BATCH, size + 1))]
        tables.write(batch, [])
        index.apply(batch, [], batch[-1].rid)
    used = time.process_time() - begin
    disk = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    made = f"made and indexed in {used:.0f} s of CPU, {disk / size:,.0f} bytes on disk each"
    facts[f"{size:,} records"] = f"drawn by Zipf's law, {made}"
    say(f"  {size:,} records {made}")
    index.close()
    index = by_name(ENGINE).open(folder, tables, lambda rids: map(words.document, rids))
    found = {}
    for name, ask in _questions(index.search, index.scan, index.facets, words, size):
        ask()  # files and columns are mapped at the first question
        found[name] = _cost(ask, index.refresh)
        say(f"  {name}: {found[name].clock:.2f} ms, {found[name].answer}")
    index.close()
    tables.close()
    return found


def _cost(ask: Callable[[], str], forget: Callable[[], object]) -> Cost:
    """``forget``: answers that are kept until the next commit; it is searching that is measured."""
    answer, clock, cpu = "", [], []
    for _ in range(ROUNDS):
        forget()
        begin, used = time.perf_counter(), time.process_time()
        answer = ask()
        cpu.append(time.process_time() - used)
        clock.append(time.perf_counter() - begin)
    return Cost(median(cpu) * 1_000, median(clock) * 1_000, answer)


Question = tuple[str, Callable[[], str]]


def _questions(  # type: ignore[no-untyped-def]
    search, scan, facets, words: Words, size: int
) -> Iterator[Question]:
    common = [normalise.text_tokens(word)[0] for word in words.syllables[:6]]
    a, b, c = (Term("any", (word,)) for word in common[:3])
    many = _with_hits(search, 50_000, size, common)

    def ask(query: Query, start: int = 0, *keys: SortKey) -> Callable[[], str]:
        def run() -> str:
            result = search([DATABASE], query, keys)
            assert len(result.page(start, 10)) == min(10, max(result.total - start, 0))
            return f"{result.total:,} hits"

        return run

    def browse(kind: str, ap: str) -> Callable[[], str]:
        def run() -> str:
            found = scan([DATABASE], ap, "mâu", kind=kind, before=10, after=10)
            return f"{len(found.entries)} terms"

        return run

    def count() -> str:
        result = search([DATABASE], many)
        asked = [Facet(ap) for ap in ("subject", "author", "language", "date")]
        return f"{result.total:,} hits, {sum(map(len, facets(result, asked)))} values"

    yield "rare word", ask(Term("any", ("hiemgap",)))
    yield "common word, exact total", ask(a)
    yield "two common words", ask(And((a, b)))
    yield "phrase of common words", ask(Term("any", (common[0], common[1]), "phrase"))
    yield "three clauses with a range of years", ask(Not(And((a, b, Range("date", 1990, 2010))), c))
    yield "word beginning (3 letters)", ask(Term("any", (common[0][:3],), trunc="right"))
    yield "proximity, unordered, 5 words", ask(Prox(a, b, 5))
    yield "first page by relevance, two words", ask(And((a, b)), 0, SortKey("relevance"))
    yield "title sort of about 50,000 hits, at 10,000", ask(many, 10_000, SortKey("title"))
    yield "page at 100,000, or the last", ask(Range("date", None, None), min(100_000, size - 10))
    yield "scan of 20 words", browse("word", "title")
    yield "scan of 20 headings (subject)", browse("heading", "subject")
    yield "scan of 20 headings (title)", browse("heading", "title")
    yield "4 facets over about 50,000 hits", count


def _with_hits(search, wanted: int, size: int, common: Sequence[str]) -> Query:  # type: ignore[no-untyped-def]
    """A question with about ``wanted`` hits, all records when there are fewer."""
    if size <= wanted:
        return Range("date", None, None)
    years = [Range("date", 2000, 2000 + span) for span in range(25)]
    totals = [search([DATABASE], query).total for query in years]
    return years[min(range(len(years)), key=lambda place: abs(totals[place] - wanted))]
