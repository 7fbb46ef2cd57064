"""Signatures, checked as a receiver does: with the library's verifier and the record that our command prints as the DNS."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.notifications.adapters import mime
from services.notifications.adapters.signing import DkimKey, Signer

DOMAIN = "partnerschap.example"
PrivateKey = ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def pem(key: PrivateKey, password: bytes | None = None) -> bytes:
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    """With an Ed25519 and an RSA key."""
    folder = tmp_path_factory.mktemp("keys")
    (folder / "new.pem").write_bytes(pem(ed25519.Ed25519PrivateKey.generate()))
    (folder / "old.pem").write_bytes(pem(rsa.generate_private_key(65537, 2048)))
    return Signer(DOMAIN, [DkimKey.from_file(name, folder / f"{name}.pem") for name in ("new", "old")])


def letter(**more: str) -> bytes:
    values = {"subject": "Afspraak woensdag", "text": "Dag Fatma Yılmaz,\n\n.een punt\n", "html": "<p>Dag</p>"} | more
    return mime.compose(
        mime.Letter(
            message_id="1.2@partnerschap.example",
            sender="Partnerschap <afspraken@partnerschap.example>",
            recipient="fatma@voorbeeld.example",
            recipient_name="Fatma Yılmaz",
            languages=("tr", "nl"),
            written_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
            calendar=("request", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
            **values,
        )
    )


def verdicts(signer: Signer, content: bytes) -> list[bool]:
    """Of each signature; the records come from what an operator is told to put into the DNS."""
    records = {}
    for key in signer.keys:
        name, _, text = key.record(DOMAIN).partition(" IN TXT ")
        records[name] = "".join(text.replace('" "', "").split('"')).encode()

    def dns(name: bytes, timeout: int = 5) -> bytes:
        return records[name.decode()]

    return [_holds(dkim.DKIM(content), index, dns) for index in range(len(signer.keys))]


def _holds(verifier: Any, index: int, dns: Callable[[bytes], bytes]) -> bool:
    try:
        return bool(verifier.verify(index, dnsfunc=dns))
    except dkim.ValidationError:
        return False


def test_both_signatures_hold(signer: Signer) -> None:
    plain = letter()
    signed = signer(plain)
    assert verdicts(signer, signed) == [True, True]
    assert signed.endswith(plain)
    assert b"a=ed25519-sha256" in signed
    assert b"a=rsa-sha256" in signed
    assert signed.isascii()


def test_the_headers_under_the_signature_are_those_that_we_name(signer: Signer) -> None:
    found = message_from_bytes(signer(letter()), policy=default)["DKIM-Signature"]
    fields = {part.split("=")[0].strip(): part.split("=", 1)[1] for part in str(found).split(";") if "=" in part}
    named = [name.strip() for name in fields["h"].replace(" ", "").split(":")]
    for name in ("from", "to", "subject", "date", "message-id", "auto-submitted", "reply-to", "content-type"):
        assert named.count(name) == 2, name
    assert {"list-unsubscribe", "list-unsubscribe-post", "content-language", "mime-version"} <= set(named)
    assert "l" not in fields


@pytest.mark.parametrize(
    "change",
    [
        lambda mail: mail.replace(b"Afspraak woensdag", b"Afspraak donderdag"),
        lambda mail: mail.replace(b"Auto-Submitted: auto-generated", b"Auto-Submitted: no"),
        lambda mail: b"From: bank@elders.example\r\n" + mail,
        lambda mail: mail.replace(b"MIME-Version", b"From: bank@elders.example\r\nMIME-Version"),
        lambda mail: b"Reply-To: bank@elders.example\r\n" + mail,
        lambda mail: b"List-Unsubscribe: <https://elders.example>\r\n" + mail,
        lambda mail: b"Subject: Win een prijs\r\n" + mail,
        lambda mail: mail.replace(b"<p>Dag</p>", b"<p>Nee</p>"),
        lambda mail: mail + b"Nog iets.\r\n",
    ],
)
def test_whatever_is_changed_or_added_breaks_them(signer: Signer, change: object) -> None:
    changed = change(signer(letter()))  # type: ignore[operator]  # a function
    assert verdicts(signer, changed) == [False, False]


def test_what_a_relay_may_do_does_not(signer: Signer) -> None:
    signed = signer(letter(subject="Een afspraak " * 12))
    refolded = signed.replace(b"Auto-Submitted: auto-generated", b"AUTO-SUBMITTED:\r\n  auto-generated")
    assert verdicts(signer, b"Received: from a by b\r\n" + refolded + b"\r\n\r\n") == [True, True]


@settings(max_examples=60)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=998), st.text(max_size=300))
@example("ş" * 998, "x" * 5000)
@example("👩‍👩‍👧 \u202eمحمد {{7*7}} <b>", "=?utf-8?q?Bcc=3A?=")
def test_whatever_is_written_the_signature_holds(signer: Signer, subject: str, text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    assert verdicts(Signer(DOMAIN, signer.keys[:1]), Signer(DOMAIN, signer.keys[:1])(letter(subject=subject, text=text))) == [
        True
    ]


def test_without_keys_a_mail_stays_as_it_is() -> None:
    plain = letter()
    assert Signer(DOMAIN, ())(plain) == plain


def test_a_record_is_cut_into_strings_that_the_dns_takes(signer: Signer) -> None:
    new, old = (key.record(DOMAIN) for key in signer.keys)
    assert new.startswith('new._domainkey.partnerschap.example. IN TXT "v=DKIM1; k=ed25519; p=')
    assert len(old.split('"')[1::2]) == 2
    assert all(len(part) <= 255 for part in old.split('"')[1::2])


@pytest.mark.parametrize(
    ("selector", "content"),
    [
        ("ok", b"not a key"),
        ("ok", None),
        ("", pem(ed25519.Ed25519PrivateKey.generate())),
        ("a b", pem(ed25519.Ed25519PrivateKey.generate())),
        ("ok", pem(ec.generate_private_key(ec.SECP256R1()))),
        ("ok", pem(rsa.generate_private_key(65537, 1024))),
        ("ok", pem(ed25519.Ed25519PrivateKey.generate(), b"geheim")),
    ],
    ids=["no key", "no file", "no selector", "not a selector", "elliptic curve", "too short", "locked"],
)
def test_a_key_that_will_not_do_is_refused_at_start(tmp_path: Path, selector: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "key.pem").write_bytes(content)
    with pytest.raises(ValueError, match=r".+"):
        DkimKey.from_file(selector, tmp_path / "key.pem")
