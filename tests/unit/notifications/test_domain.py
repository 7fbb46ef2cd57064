"""The rules of mail, by themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.addresses import UnusableAddress, deliverable, domain_of, masked, masked_within
from services.notifications.domain.kinds import KINDS
from services.notifications.domain.languages import chosen, order_of
from services.notifications.domain.message import ImpossibleStep, Message
from services.notifications.domain.people import Guardian, Unreachable, shown
from services.notifications.domain.retries import MOST_ATTEMPTS, Refusal, delay_after, next_attempt
from services.notifications.domain.texts import BrokenText, check, faults, fingerprint, parse

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NOBODY = UUID(int=0)


def message(**more: object) -> Message:
    values: dict[str, object] = {"facts": {"reply_token": "x"}, "created_at": NOW, "expires_at": NOW + timedelta(days=8)}
    return Message(NOBODY, NOBODY, NOBODY, "appointment_invitation", "key", **(values | more))  # type: ignore[arg-type]  # by name


class TestAddresses:
    @pytest.mark.parametrize(
        ("given_as", "written_as"),
        [
            ("fatma@voorbeeld.nl", "fatma@voorbeeld.nl"),
            ("  o'brien+school@sub.voorbeeld.nl ", "o'brien+school@sub.voorbeeld.nl"),
            ("jan@Bücher.example", "jan@xn--bcher-kva.example"),
        ],
    )
    def test_what_can_be_written_to(self, given_as: str, written_as: str) -> None:
        assert deliverable(given_as) == written_as

    @pytest.mark.parametrize(
        "address",
        [
            "", "x", "@x.nl", "a@", "a@b", '"a,b"@x.nl', "a b@x.nl", "a@x.nl\nBcc: b@x.nl", "a@x..nl", "a@-x.nl", "é@x.nl",
            "a@[127.0.0.1]", "a@x.nl, b@x.nl", "a@b@x.nl", "a." * 40 + "a@x.nl", "a@" + "x" * 64 + ".nl",
            "a@" + "x.nl." * 60 + "nl", ".a@x.nl", "a\x00@x.nl",
        ],
    )  # fmt: skip
    def test_what_cannot_is_refused(self, address: str) -> None:
        with pytest.raises(UnusableAddress):
            deliverable(address)

    @given(st.text(max_size=300))
    def test_whatever_is_typed_is_one_plain_address_or_refused(self, typed: str) -> None:
        try:
            address = deliverable(typed)
        except UnusableAddress:
            return
        assert address.isascii()
        assert address.isprintable()
        assert not set(address) & set(' ,;<>()"[]\\:')
        assert address.count("@") == 1

    @pytest.mark.parametrize(
        ("address", "shown_as"),
        [("fatma@voorbeeld.nl", "f***@v***.nl"), ("a@b", "a***@***"), ("geen", "***"), ("x@a.b.example", "x***@a***.example")],
    )
    def test_a_mask_tells_little(self, address: str, shown_as: str) -> None:
        assert masked(address) == shown_as

    @pytest.mark.parametrize("around", ["{}", "550 <{}>: nobody", "'{}'", "to={},", "smtp;550 [{}] x", "{}. {}"])
    def test_an_answer_that_repeats_an_address_is_masked(self, around: str) -> None:
        told = masked_within(around.replace("{}", "fatma@voorbeeld.nl"))
        assert "fatma" not in told
        assert "voorbeeld" not in told
        assert masked_within("550 5.1.1 no such user") == "550 5.1.1 no such user"

    def test_limits_are_kept_by_domain(self) -> None:
        assert domain_of("A@Voorbeeld.NL") == "voorbeeld.nl"


class TestNames:
    @given(st.text(max_size=300))
    def test_a_shown_name_is_one_line_without_marks_that_steer(self, name: str) -> None:
        found = shown(name)
        assert len(found) <= 80
        assert "\n" not in found
        assert "\r" not in found
        assert not set(found) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x00\x85\u2028")
        assert found == found.strip()

    def test_a_name_stays_a_name(self) -> None:
        assert shown("  Fatma\tYılmaz  ") == "Fatma Yılmaz"
        assert shown("محمد 😀 O'Brien-de Vries") == "محمد 😀 O'Brien-de Vries"

    @pytest.mark.parametrize(
        ("more", "reason"),
        [
            ({"channel": "phone"}, "prefers_phone"),
            ({"email": None}, "no_address"),
            ({"email": "x"}, "unusable_address"),
        ],
    )
    def test_who_gets_no_mail(self, more: dict[str, str], reason: str) -> None:
        values: dict[str, object] = {"email": "a@x.nl", "channel": "email", **more}
        guardian = Guardian(NOBODY, NOBODY, NOBODY, "A", "B", "nl", **values)  # type: ignore[arg-type]  # by name
        with pytest.raises(Unreachable) as caught:
            _ = guardian.address
        assert caught.value.reason == reason


class TestLanguages:
    @pytest.mark.parametrize(
        ("wanted", "found"),
        [("tr", "tr"), ("ar-MA", "ar"), ("AR_ma", "ar"), ("zh-Hant-TW", "nl"), ("", "nl"), ("nl-BE", "nl"), ("-", "nl")],
    )
    def test_the_nearest_that_we_have_else_dutch(self, wanted: str, found: str) -> None:
        assert chosen(wanted, ("nl", "tr", "ar")) == found

    def test_dutch_stands_below_every_other(self) -> None:
        assert order_of("nl") == ("nl",)
        assert order_of("ar") == ("ar", "nl")


class TestRetries:
    def test_pauses_grow_and_are_spread_by_a_quarter(self) -> None:
        pauses = [delay_after(number, 0.0) for number in range(1, MOST_ATTEMPTS)]
        assert pauses == sorted(pauses)
        assert delay_after(1, 0.999) < timedelta(seconds=75.1)

    @given(st.integers(1, MOST_ATTEMPTS + 3), st.floats(0, 0.999), st.integers(1, 10_000_000))
    def test_the_next_try_is_later_and_never_after_the_end(self, attempt: int, chance: float, seconds: int) -> None:
        end = NOW + timedelta(seconds=seconds)
        due = next_attempt(NOW, attempt, end, chance)
        assert due is None or NOW < due < end
        assert attempt < MOST_ATTEMPTS or due is None

    @pytest.mark.parametrize(
        ("refusal", "permanent", "away"),
        [
            (Refusal(550, "", about_this_mail=True), True, False),
            (Refusal(450, "", about_this_mail=True), False, False),
            (Refusal(535, ""), False, False),
            (Refusal(421, ""), False, True),
            (Refusal(None, ""), False, True),
            (Refusal(None, "", about_this_mail=True), False, False),
        ],
    )
    def test_what_a_refusal_means(self, refusal: Refusal, permanent: bool, away: bool) -> None:
        assert (refusal.permanent, refusal.server_is_away) == (permanent, away)


class TestMessage:
    def test_the_life_of_a_mail(self) -> None:
        mail = message()
        mail.claim()
        mail.waits("refused_for_now", "451 later")
        mail.claim()
        mail.is_sent(NOW, "250 ok")
        assert (mail.status, mail.attempts, mail.sent_at) == ("sent", 2, NOW)
        assert [each.what for each in mail.happened] == ["sent"]

    def test_what_is_sent_is_never_sent_again(self) -> None:
        mail = message()
        mail.claim()
        mail.is_sent(NOW, "250 ok")
        with pytest.raises(ImpossibleStep):
            mail.claim()
        with pytest.raises(ImpossibleStep):
            mail.cancel("superseded")

    @pytest.mark.parametrize("end", ["cancel", "expire"])
    def test_the_secret_goes_when_nothing_can_follow(self, end: str) -> None:
        mail = message()
        mail.cancel("superseded") if end == "cancel" else mail.expire()
        assert mail.facts == {}

    def test_a_bounce_follows_a_sent_mail_and_is_told_as_failed(self) -> None:
        mail = message()
        mail.claim()
        mail.is_sent(NOW, "250 ok")
        mail.bounces("550 unknown user")
        assert [each.what for each in mail.happened] == ["sent", "failed"]

    def test_too_late_is_at_the_beginning_of_the_appointment(self) -> None:
        mail = message()
        assert mail.expires_at is not None
        assert not mail.is_too_late(mail.expires_at - timedelta(seconds=1))
        assert mail.is_too_late(mail.expires_at)


class TestTexts:
    GOOD = "subject: Afspraak {day}\n\n# Kop\n\n- Dag: {day}\n- Tijd: {time}\n\n[Klik]({link})\n\nBel {phone}."

    def test_blocks(self) -> None:
        assert [block.kind for block in parse(self.GOOD).blocks] == ["heading", "fact", "fact", "button", "paragraph"]

    def test_a_block_goes_when_what_it_needs_is_absent(self) -> None:
        kept = parse(self.GOOD).without(frozenset({"phone"})).blocks
        assert [block.kind for block in kept] == ["heading", "fact", "fact", "button"]

    @pytest.mark.parametrize("source", ["", "subject:\n\nx", "Dag", "subject: x", "onderwerp: x\n\ny"])
    def test_a_text_without_subject_or_body_is_broken(self, source: str) -> None:
        with pytest.raises(BrokenText):
            parse(source)

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ("Dag {child}", "niet invullen: child"),
            ("Dag {reason} {problem}", "niet invullen: problem, reason"),
        ],
    )
    def test_there_is_no_placeholder_for_a_child_or_a_reason(self, change: str, told: str) -> None:
        whole = "subject: x {subject_time}\n\n{name} {day} {time} {host} {phone}\n\n" + change
        with pytest.raises(BrokenText, match=told):
            check(parse(whole), KINDS["appointment_cancelled"])

    def test_every_language_or_none(self) -> None:
        kind, good = KINDS["agreement_to_support"], "subject: x\n\n{name} {before} {host} {phone}\n\n[Klik]({link})"
        assert faults({"nl": good, "tr": good}, kind, ("nl", "tr")) == {}
        assert set(faults({"nl": good}, kind, ("nl", "tr"))) == {"tr"}
        assert set(faults({"nl": good, "tr": good, "xx": good}, kind, ("nl", "tr"))) == {"xx"}

    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ("subject: x", "subject: x {name}", "onderwerp: name"),
            ("subject: x", "subject: x {link}", "onderwerp: link"),
            ("subject: x", "subject: x {phone}", "onderwerp: phone"),
            ("[Klik]({link})", "[Klik]({host})\n\n{link}", "knop"),
            ("{name}", "{name} {Kind}", "{ }"),
            ("{name}", "{name} {{child}}", "{ }"),
            ("{name}", "{name} {% include 'x' %}", "{ }"),
            ("{name}", "{name} ⟦child@nl⟧", "⟦ ⟧"),
            ("{name}", "{name} \x00", "U+0000"),
            ("{name}", "{name} \ufffe", "U+FFFE"),
        ],
    )
    def test_a_text_that_would_tell_more_than_it_may_is_refused(self, old: str, new: str, told: str) -> None:
        good = "subject: x\n\n{name} {before} {host} {phone}\n\n[Klik]({link})"
        found = faults({"nl": good.replace(old, new)}, KINDS["agreement_to_support"], ("nl",))
        assert told in found["nl"]

    def test_a_fingerprint_changes_with_any_letter_in_any_language(self) -> None:
        assert fingerprint({"nl": "a", "tr": "b"}) != fingerprint({"nl": "a", "tr": "c"})
        assert fingerprint({"nl": "ab", "tr": ""}) != fingerprint({"nl": "a", "tr": "b"})

    def test_no_kind_may_tell_what_a_mail_must_not(self) -> None:
        telling = {"child", "reason", "role", "address", "school", "problem", "case", "reference", "participants"}
        for kind in KINDS.values():
            assert not kind.placeholders & telling


class TestFormerAddress:
    def leaves(self) -> Message:
        facts = {"email": "oud@voorbeeld.example", "host_first_name": "", "host_phone": None}
        return Message(NOBODY, NOBODY, NOBODY, "address_changed", "key", facts, NOW)

    def test_that_it_arrived_is_told_and_that_it_did_not_is_not(self) -> None:
        told = self.leaves()
        told.claim()
        told.is_sent(NOW, "250 ok")
        assert [each.what for each in told.happened] == ["sent"]
        told.bounces("550 weg")
        assert ([each.what for each in told.happened], told.reason) == (["sent"], "former_address")
        refused, dead = self.leaves(), self.leaves()
        refused.claim()
        refused.fails("refused", "550 nee")
        dead.suppress("returned_before")
        assert [(each.reason, each.happened) for each in (refused, dead)] == [("former_address", [])] * 2

    def test_what_a_school_on_trial_keeps_back_is_said_as_that(self) -> None:
        kept = self.leaves()
        kept.suppress("trial_mode")
        assert (kept.reason, kept.happened) == ("trial_mode", [])

    def test_it_goes_there_and_all_other_mail_to_the_address_of_today(self) -> None:
        assert self.leaves().former_address == "oud@voorbeeld.example"
        assert message().former_address is None

    def test_its_kind_says_nothing_but_whom_to_call(self) -> None:
        kind = KINDS["address_changed"]
        assert kind.placeholders == {"name", "host", "phone"}
        assert kind.example.secret("https://partnerschap.example") == ""
