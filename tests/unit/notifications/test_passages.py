"""The words of a mail where there is no screen, and the rules of who is written to and in which language."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
import typst
from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.notifications.adapters.passages import Passage
from services.notifications.documents.letter import as_pdf
from services.notifications.domain.calls import to_tell
from services.notifications.domain.kinds import KINDS
from services.notifications.domain.languages import order_of
from services.notifications.domain.message import Message
from services.notifications.domain.people import Colleague, Guardian, Unreachable, shown
from services.notifications.domain.texts import differences
from services.notifications.domain.trial import TrialMode, allow_list
from services.notifications.usecases.calls import Call, Topic
from shared.errors import Invalid
from tests.unit.notifications.test_rendering import NASTY, NOW, RENDERER, TAGS, TO_PARENTS, template

NOBODY = UUID(int=0)
SPOKEN = sorted(name for name in TO_PARENTS if not KINDS[name].by_mail_alone)


def guardian(tag: str = "nl", first_name: str = "Fatma", **more: str) -> Guardian:
    return Guardian(NOBODY, UUID(int=3), UUID(int=4), first_name, "Yılmaz", tag, **more)  # type: ignore[arg-type]  # words


def passages(kind: str, person: Guardian) -> list[Passage]:
    return RENDERER.passages(person, KINDS[kind].example, template(kind))


def message(number: int, kind: str, about: UUID | None = None, sequence: int = 0) -> Message:
    return Message(UUID(int=number), NOBODY, UUID(int=3), kind, str(number), {}, NOW, about_id=about, sequence=sequence)


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("kind", SPOKEN)
def test_without_a_screen_nobody_is_asked_to_click(kind: str, tag: str) -> None:
    for passage in passages(kind, guardian(tag)):
        said = "\n".join(line.text for line in passage.lines)
        for word in ("Klik", "Press", "Düğme", "przycisk", "الزر", "http", "{", "**", "code", "kod"):
            assert word not in said, word
        asks_for_a_call = any(line.kind == "answer" for line in passage.lines)
        assert asks_for_a_call == (kind != "appointment_cancelled")
        assert all(line.kind != "answer" for line in passage.spoken)


@settings(max_examples=60, deadline=None)
@given(NASTY, st.sampled_from(SPOKEN), st.sampled_from(TAGS))
def test_a_name_stays_a_name_on_the_phone(first: str, kind: str, tag: str) -> None:
    person = guardian(tag, first)
    for passage in passages(kind, person):
        greeting = next(line for line in passage.lines if line.kind == "paragraph")
        assert person.name in greeting.text
        assert [bold for _, bold in greeting.runs] == [False]


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(NASTY, NASTY, st.sampled_from(TAGS))
@example("ሰላም", "👩‍👩‍👧 中文", "ar")
def test_a_letter_can_be_printed_whatever_was_typed(first: str, typed: str, tag: str) -> None:
    call = Call(
        guardian(tag, first), [Topic(message(1, "report_to_check"), passages("report_to_check", guardian(tag, first)))], []
    )
    with Flask("letter").test_request_context():
        made = as_pdf(call, [shown(typed), "#panic()", "$x$ *y* _z_"], "Partnerschap", date(2026, 11, 24))
    assert made.startswith(b"%PDF")


def test_what_is_typed_into_a_letter_is_text_and_never_markup() -> None:
    """`json(bytes(…))` gives strings; this holds the template to showing them as such."""
    source = "#let it = json(bytes(sys.inputs.data))\n#for each in it { text(each) }"
    assert typst.compile(source.encode(), sys_inputs={"data": json.dumps(["#panic()", "$", "*"])}, format="pdf")


def test_each_thing_is_told_once_in_its_newest_version() -> None:
    appointment, other = UUID(int=1), UUID(int=2)
    first, reminder = message(10, "appointment_invitation", appointment), message(11, "appointment_reminder", appointment)
    moved, asked = message(12, "appointment_changed", appointment, 1), message(13, "report_to_check")
    late = message(14, "appointment_invitation", other)
    assert to_tell([reminder, first, moved, asked, late]) == [moved, asked, late]
    assert to_tell([first, reminder]) == [first]


@pytest.mark.parametrize(
    ("tag", "fallback", "order"),
    [
        ("nl", "both", ("nl",)),
        ("nl", "alone", ("nl",)),
        ("tr", "both", ("tr", "nl")),
        ("tr", "alone", ("tr",)),
        ("tr", "dutch", ("nl",)),
    ],
)
def test_a_language_nobody_has_read_is_used_as_chosen(tag: str, fallback: str, order: tuple[str, ...]) -> None:
    assert order_of(tag, fallback) == order  # type: ignore[arg-type]  # a word


TRIAL = TrialMode(NOBODY, ("@school.example", "een@x.example"), datetime(2026, 11, 1, tzinfo=UTC), "Petra")


@pytest.mark.parametrize(
    ("address", "leaves"),
    [
        ("ouder@x.example", False),
        ("Een@X.example", True),
        ("wie@School.example", True),
        ("wie@andere-school.example", False),
        ("wie@school.example.evil.example", False),
    ],
)
def test_on_trial_only_the_list_is_written_to(address: str, leaves: bool) -> None:
    for person in (
        Guardian(NOBODY, NOBODY, NOBODY, "A", "B", "nl", email=address, trial=TRIAL),
        Colleague(NOBODY, NOBODY, "A", address, trial=TRIAL),
    ):
        if leaves:
            assert person.address
        else:
            with pytest.raises(Unreachable) as refusal:
                _ = person.address
            assert refusal.value.reason == "trial_mode"


def test_a_list_holds_addresses_and_domains_alone() -> None:
    assert allow_list([" A@X.example ", "", "@school.nl", "a@x.example"]) == ("a@x.example", "@school.nl")
    for wrong in (["school.nl"], ["a b@x.nl"], ["@"], [f"a{number}@x.nl" for number in range(51)]):
        with pytest.raises(Invalid):
            allow_list(wrong)


def test_what_became_of_a_text_is_told_line_by_line() -> None:
    assert differences("a\nb\nc", "a\nx\nc") == [("same", "a"), ("gone", "b"), ("new", "x"), ("same", "c")]
    assert all(kind == "same" for kind, _ in differences("a", "a"))
