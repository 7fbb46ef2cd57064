"""Both ways for mail to leave keep the same promises: one contract, run against each."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from deploy.local.ports import free_port
from services.notifications.adapters.mailbox import FileMailer
from services.notifications.adapters.smtp import SmtpMailer, SmtpServer
from services.notifications.usecases.ports import Mail, Mailer, NoAnswer, Refused
from shared.ids import new_id
from tests.integration.notifications.sink import Sink, impatient

Delivered = Callable[[], list[bytes]]


def mail(content: bytes = b"Subject: Afspraak\r\n\r\nDag\r\n", message_id: UUID | None = None) -> Mail:
    return Mail(message_id or new_id(), "afspraken@voorbeeld.example", "ouder@voorbeeld.example", content)


@contextmanager
def over_smtp(_folder: Path) -> Iterator[tuple[Mailer, Delivered]]:
    with Sink() as sink:
        mailer = SmtpMailer(SmtpServer.from_url(sink.url))
        yield mailer, lambda: sink.delivered
        mailer.close()


@contextmanager
def into_files(folder: Path) -> Iterator[tuple[Mailer, Delivered]]:
    yield FileMailer(folder / "mail"), lambda: [path.read_bytes() for path in sorted((folder / "mail").glob("*.eml"))]


@pytest.fixture(params=[over_smtp, into_files], ids=["smtp", "files"])
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Mailer, Delivered]]:
    with request.param(tmp_path) as made:
        yield made


def test_nothing_is_delivered_before_the_dot(way: tuple[Mailer, Delivered]) -> None:
    mailer, delivered = way
    delivery = mailer.begin(mail())
    time.sleep(0.05)
    assert delivered() == []
    assert delivery.hand_over().answer.startswith("250 ")
    assert len(delivered()) == 1


def test_what_is_abandoned_never_arrives(way: tuple[Mailer, Delivered]) -> None:
    mailer, delivered = way
    mailer.begin(mail()).abandon()
    mailer.begin(mail(b"Subject: tweede\r\n\r\n")).hand_over()
    assert [b"tweede" in each for each in delivered()] == [True]


def test_the_content_arrives_as_it_was(way: tuple[Mailer, Delivered]) -> None:
    mailer, delivered = way
    content = b"Subject: a\r\n\r\n.een punt\r\n..twee\r\n.\r\nnog een\r\n" + b"x" * 5000 + b"\r\n"
    mailer.begin(mail(content)).hand_over()
    assert delivered() == [content]


def test_a_mailer_that_knows_what_it_delivered_is_right(way: tuple[Mailer, Delivered]) -> None:
    mailer, _ = way
    first, second = mail(), mail()
    mailer.begin(first).hand_over()
    mailer.begin(second)
    assert mailer.has_delivered(first.id) in (True, None)
    assert mailer.has_delivered(second.id) in (False, None)


def test_a_file_is_written_once_for_a_message_however_often_it_is_sent(tmp_path: Path) -> None:
    mailer, again = FileMailer(tmp_path), mail()
    mailer.begin(again).hand_over()
    mailer.begin(again).hand_over()
    assert len(list(tmp_path.iterdir())) == 1


def test_a_full_disk_is_a_refusal_for_now(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("not a folder")
    with pytest.raises(Refused) as caught:
        FileMailer(tmp_path / "mail").begin(mail())
    assert not caught.value.refusal.permanent


def test_one_connection_serves_many_mails_and_a_closed_one_is_replaced() -> None:
    with Sink() as sink:
        mailer = SmtpMailer(SmtpServer.from_url(sink.url))
        for _ in range(3):
            mailer.begin(mail()).hand_over()
        assert (sink.connections, len(sink.delivered)) == (1, 3)
        sink.faults["MAIL"] = "drop"
        mailer.begin(mail()).hand_over()
        assert (sink.connections, len(sink.delivered)) == (2, 4)
        mailer.close()


BEFORE_THE_DOT = ["connect", "EHLO", "MAIL", "RCPT", "DATA", "body"]


# A refused EHLO is no failure: HELO follows (RFC 5321, 3.2).
FAULTS = [(verb, fault) for verb in BEFORE_THE_DOT for fault in ("hang", "drop", "451 later", "550 nee")]
FAULTS = [(verb, fault) for verb, fault in FAULTS if verb != "EHLO" or not fault[0].isdigit()]


@pytest.mark.parametrize(("verb", "fault"), FAULTS)
def test_whatever_happens_before_the_dot_is_a_refusal_and_the_next_mail_leaves(verb: str, fault: str) -> None:
    with Sink({verb: fault}) as sink:
        mailer = SmtpMailer(impatient(sink.url))
        with pytest.raises((Refused, NoAnswer)) as caught:
            mailer.begin(mail()).hand_over()
        if verb != "body":
            # Amid the body a client does not listen: what went wrong there shows at the dot, as an answer or as none.
            assert isinstance(caught.value, Refused)
            refusal = caught.value.refusal
            assert refusal.permanent == (fault == "550 nee" and verb in ("RCPT", "DATA"))
        assert sink.delivered == []
        sink.faults.clear()
        mailer.begin(mail()).hand_over()
        assert len(sink.delivered) == 1
        mailer.close()


@pytest.mark.parametrize(("fault", "expected"), [("hang", NoAnswer), ("drop", NoAnswer), ("451 l", Refused), ("554 n", Refused)])
def test_at_the_dot_a_missing_answer_is_no_refusal(fault: str, expected: type[Exception]) -> None:
    with Sink({"dot": fault}) as sink:
        mailer = SmtpMailer(impatient(sink.url))
        delivery = mailer.begin(mail())
        with pytest.raises(expected) as caught:
            delivery.hand_over()
        if isinstance(caught.value, Refused):
            assert caught.value.refusal.permanent == (fault == "554 n")
        mailer.close()


def test_nobody_there_is_told_as_such() -> None:
    with Sink() as sink:
        url = sink.url
    with pytest.raises(Refused) as caught:
        SmtpMailer(SmtpServer.from_url(url)).begin(mail())
    assert caught.value.refusal.server_is_away


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", SmtpServer(host="mail.example", port=25)),
        ("smtps://mail.example", SmtpServer(host="mail.example", port=465, tls=True)),
        (
            "smtp://u%40x:p%2Fw@mail.example:587?starttls=1",
            SmtpServer(host="mail.example", port=587, starttls=True, user="u@x", password="p/w"),
        ),
    ],
)
def test_the_address_of_a_server(url: str, expected: SmtpServer) -> None:
    assert SmtpServer.from_url(url) == expected


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "smtp://x/path", "smtp://x?starttls=ja", "smtp://x:port"])
def test_a_broken_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        SmtpServer.from_url(url)


class Taking:
    """aiosmtpd's way to keep what came, and to know one user."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # its name
        self.taken.append(bytes(envelope.original_content or b""))
        return "250 OK"

    def check(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: object) -> AuthResult:
        assert isinstance(login, LoginPassword)
        return AuthResult(success=(login.login, login.password) == (b"post", b"geheim"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost that only those trust who are given it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(hours=1), now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return folder / "cert.pem", folder / "key.pem"


@contextmanager
def encrypting_server(handler: Taking, certificate: tuple[Path, Path]) -> Iterator[str]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    options: dict[str, Any] = {
        "tls_context": context,
        "require_starttls": True,
        "authenticator": handler.check,
        "auth_required": True,
    }
    controller = Controller(handler, hostname="localhost", port=free_port(), **options)
    controller.start()
    try:
        yield f"localhost:{controller.port}"
    finally:
        controller.stop()


def trusting(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate[0]))


def test_mail_leaves_encrypted_and_logged_in(certificate: tuple[Path, Path]) -> None:
    handler = Taking()
    with encrypting_server(handler, certificate) as address:
        mailer = SmtpMailer(SmtpServer.from_url(f"smtp://post:geheim@{address}?starttls=1"), trusting(certificate))
        mailer.begin(mail()).hand_over()
        mailer.close()
    assert len(handler.taken) == 1


@pytest.mark.parametrize("trusts", [True, False])
def test_mail_leaves_over_smtps_to_a_server_that_we_know_and_to_no_other(certificate: tuple[Path, Path], trusts: bool) -> None:
    handler, context = Taking(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    controller = Controller(handler, hostname="localhost", port=free_port(), ssl_context=context)
    controller.start()
    try:
        server = SmtpServer.from_url(f"smtps://localhost:{controller.port}")
        mailer = SmtpMailer(replace(server, ca_file=certificate[0] if trusts else None))
        if trusts:
            mailer.begin(mail()).hand_over()
            mailer.close()
        else:
            with pytest.raises(Refused):
                mailer.begin(mail())
    finally:
        controller.stop()
    assert len(handler.taken) == int(trusts)


def test_a_certificate_of_another_name_gets_nothing(certificate: tuple[Path, Path]) -> None:
    handler = Taking()
    with encrypting_server(handler, certificate) as address:
        server = SmtpServer.from_url(f"smtp://post:geheim@{address.replace('localhost', '127.0.0.1')}?starttls=1")
        with pytest.raises(Refused):
            SmtpMailer(server, trusting(certificate)).begin(mail())
    assert handler.taken == []


@pytest.mark.parametrize("login", ["post:fout@", "post:geheim@"])
def test_a_wrong_password_or_an_unknown_certificate_sends_nothing_and_blames_no_parent(
    certificate: tuple[Path, Path], login: str
) -> None:
    handler = Taking()
    trust = trusting(certificate) if "fout" in login else None
    with encrypting_server(handler, certificate) as address:
        mailer = SmtpMailer(impatient(f"smtp://{login}{address}?starttls=1"), trust)
        with pytest.raises(Refused) as caught:
            mailer.begin(mail())
    assert not caught.value.refusal.permanent
    assert handler.taken == []


def test_a_server_that_lost_its_starttls_gets_no_mail_in_the_clear() -> None:
    with Sink() as sink:
        mailer = SmtpMailer(SmtpServer.from_url(f"{sink.url}?starttls=1"))
        with pytest.raises(Refused):
            mailer.begin(mail())
        assert sink.delivered == []
