"""Who may read a text. Chosen by who writes it, shown beside it, the narrowest by default, never a side effect of a status."""

from __future__ import annotations

from collections.abc import Iterable

READERS = ("parents", "school", "liaison", "team")

# The only combinations there are: somebody who must choose between sixteen chooses wrongly.
SHARED = ("parents", "school", "liaison", "team")
PARENTS_AND_LIAISON = ("parents", "liaison")
SCHOOL_AND_LIAISON = ("school", "liaison", "team")
COMPARTMENTS = {"shared": SHARED, "parents_and_liaison": PARENTS_AND_LIAISON, "school_and_liaison": SCHOOL_AND_LIAISON}

_READER_OF = {"school_staff": "school", "liaison": "liaison", "team_member": "team", "parent": "parents"}


def reader_of(role: str) -> str:
    """Which reader somebody with this role is; nobody's role is a reader by default."""
    return _READER_OF.get(role, "nobody")


def choices_of(role: str) -> tuple[str, ...]:
    """The compartments that this role may write in, narrowest first: those that it can read itself.

    What the school writes is read by the parents, or not by them; it has no part in what parents tell the liaison.
    """
    own = reader_of(role)
    order = ("parents_and_liaison", "school_and_liaison", "shared")
    return tuple(name for name in order if own in COMPARTMENTS[name])


def for_both_sides(readers: Iterable[str]) -> bool:
    """Parents and school both read it."""
    return {"parents", "school"} <= set(readers)


def ordered(readers: Iterable[str]) -> list[str]:
    """Each once, in the order in which they are always named."""
    given = set(readers)
    return [reader for reader in READERS if reader in given]


def story_readers(*, shared_with_school: bool) -> list[str]:
    """What was told at the kitchen table is not the school's until the parents agree."""
    return list(SHARED if shared_with_school else PARENTS_AND_LIAISON)


def narrowed(before: Iterable[str], now: Iterable[str]) -> list[str]:
    """The readers of an earlier version once a later one was written.

    Sharing a new text never opens an old one, and taking the new one back closes the old ones too.
    """
    return ordered(set(before) & set(now))
