"""The record and the people in it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cases.domain.case import (
    MOST_GUARDIANS,
    Address,
    Child,
    folded,
    initial,
    reference_of,
    school_year,
    searchable,
)
from shared.errors import Invalid, Stale
from tests.unit.cases.support import NOW, TODAY, make_case, make_guardian


def test_without_a_child_it_is_coaching() -> None:
    assert make_case().kind == "family"
    assert make_case(child=None).kind == "coaching"


def test_staff_write_the_childs_name_short() -> None:
    assert Child("Aylin", "Yılmaz", "5").short_name == "Aylin Y."


@pytest.mark.parametrize(
    ("name", "letter"), [("Yılmaz", "Y"), ("de Vries", "V"), ("van der Berg", "B"), ("El Amrani", "E"), ("van", "V"), ("", "")]
)
def test_the_initial_of_a_surname_skips_what_is_written_small(name: str, letter: str) -> None:
    assert initial(name) == letter


def test_a_school_year_begins_in_august() -> None:
    assert school_year(date(2026, 7, 31)) == 2025
    assert school_year(date(2026, 8, 1)) == 2026
    assert reference_of(2026, 147) == "2026-0147"


def test_an_end_in_the_past_or_too_far_away_is_refused() -> None:
    case = make_case()
    for wrong in (date(2026, 11, 22), date(2031, 1, 1)):
        with pytest.raises(Invalid) as refused:
            case.plan_end(wrong, TODAY)
        assert set(refused.value.fields) == {"planned_end_on"}
    case.plan_end(TODAY, TODAY)
    assert case.planned_end_on == TODAY


def test_a_version_that_is_not_the_readers_is_stale() -> None:
    case = make_case(version=3)
    case.expect(3)
    case.expect(None)
    with pytest.raises(Stale):
        case.expect(2)


def test_guardians_keep_their_order_and_there_are_not_too_many() -> None:
    case = make_case()
    for number in range(MOST_GUARDIANS):
        case.add_guardian(make_guardian(number=number + 1))
    assert [each.position for each in case.guardians] == list(range(MOST_GUARDIANS))
    with pytest.raises(Invalid):
        case.add_guardian(make_guardian(number=99))


@pytest.mark.parametrize(
    ("channel", "missing"), [("email", {"email": None}), ("email", {"email": ""}), ("phone", {"phone": None})]
)
def test_who_is_to_be_reached_in_a_way_that_leads_nowhere_is_refused(channel: str, missing: dict[str, None]) -> None:
    with pytest.raises(Invalid) as refused:
        make_case().add_guardian(make_guardian(channel=channel, **missing))
    assert set(refused.value.fields) == {channel}


def test_a_letter_needs_no_address_of_mail() -> None:
    make_case().add_guardian(make_guardian(channel="letter", email=None))


def test_others_are_told_only_of_what_they_were_told() -> None:
    guardian = make_guardian()
    assert not guardian.change({"custody": "yes", "address_secret": True})
    assert guardian.change({"language": "tr"})
    assert "custody" not in guardian.contact
    assert "address_secret" not in guardian.contact


def test_names_are_found_without_capitals_and_accents() -> None:
    case = make_case()
    case.add_guardian(make_guardian(first_name="Łukasz", last_name="Öztürk"))
    assert searchable(case) == "2026-0147 aylin yilmaz lukasz ozturk"


@pytest.mark.parametrize(("typed", "found"), [("İSTANBUL", "istanbul"), ("Straße", "strasse"), ("  Émile  Zóë ", "emile zoe")])
def test_folding(typed: str, found: str) -> None:
    assert folded(typed) == found


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_every_change_raises_the_version() -> None:
    case = make_case()
    case.child = Child("Elif", "Kaya", "6")
    case.changed()
    assert (case.version, case.search_text) == (2, "2026-0147 elif kaya")


def test_an_address_on_one_line() -> None:
    assert str(Address("Putselaan", "114", "3074 JH", "Rotterdam")) == "Putselaan 114, 3074 JH Rotterdam"


@pytest.mark.parametrize(
    ("before", "after", "left"),
    [
        ("oud@x.nl", "nieuw@x.nl", True),
        ("oud@x.nl", None, True),
        ("oud@x.nl", "", True),
        ("oud@x.nl", "Oud@X.nl", False),
        ("oud@x.nl", "oud@x.nl", False),
        (None, "nieuw@x.nl", False),
        ("", "nieuw@x.nl", False),
    ],
)
def test_an_address_is_left_when_there_was_one_and_it_is_another(before: str | None, after: str | None, left: bool) -> None:
    guardian = make_guardian(email=after)
    assert guardian.leaves(before, NOW) is left
    assert guardian.email_since == (NOW if left else None)
    assert guardian.is_still_reached_as(NOW + timedelta(seconds=1))
    assert guardian.is_still_reached_as(NOW) is not left
