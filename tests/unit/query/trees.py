"""Query trees as one line of text, for golden files and messages."""

from interop.query.ast import (
    All,
    And,
    Mask,
    MaskedPhrase,
    Not,
    Or,
    Prox,
    Query,
    Range,
    SetRef,
    SortKey,
    Span,
    Term,
)


def show(query: Query, sort: tuple[SortKey, ...] = ()) -> str:
    """An S-expression; sort keys follow it."""
    keys = ", ".join(
        f"{k.ap} {'ascending' if k.ascending else 'descending'} {k.missing}" for k in sort
    )
    return _node(query) + (f" sort {keys}" if keys else "")


def _node(query: Query) -> str:
    match query:
        case Term():
            words = [query.ap, query.structure, *query.tokens]
            words += ["first"] if query.position == "first" else []
            words += ["complete"] if query.complete else []
            words += [query.trunc] if query.trunc != "none" else []
            words += ["exact"] if query.exact else []
            return f"({' '.join(words)})"
        case Mask(ap, pattern, exact):
            shown = " ".join(part if isinstance(part, str) else repr(part) for part in pattern)
            return f"(mask {ap} {shown}{' exact' if exact else ''})"
        case MaskedPhrase(ap, words, position, complete, exact):
            shown = " ".join(
                f"({' '.join(p if isinstance(p, str) else repr(p) for p in word)})"
                for word in words
            )
            flags = " first" * (position == "first") + " complete" * complete + " exact" * exact
            return f"(masked {ap} {shown}{flags})"
        case Span(ap, lo, hi, relation):
            return f"(span {ap} {relation} {lo} {hi})"
        case Range(ap, lo, hi, lo_incl, hi_incl):
            left = ".." if lo is None else lo
            right = ".." if hi is None else hi
            opening = "[" if lo_incl and lo is not None else "("
            closing = "]" if hi_incl and hi is not None else ")"
            return f"(range {ap} {opening}{left} {right}{closing})"
        case Prox():
            order = "ordered" if query.ordered else "unordered"
            exclude = " exclude" if query.exclude else ""
            operands = f"{_node(query.left)} {_node(query.right)}"
            unit = "" if query.unit == "word" else f"{query.unit} "
            return f"(prox {unit}{query.relation} {query.distance} {order}{exclude} {operands})"
        case All():
            return "(all)"
        case SetRef(name):
            return f"(set {name})"
        case And(parts):
            return f"(and {' '.join(map(_node, parts))})"
        case Or(parts):
            return f"(or {' '.join(map(_node, parts))})"
        case Not(left, right):
            return f"(not {_node(left)} {_node(right)})"
