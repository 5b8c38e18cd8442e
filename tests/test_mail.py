"""Alerts as e-mail, through a real SMTP server on loopback."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.channels.wording import render
from tests.channels_support import (
    alert,
    closed_port,
    delivery,
    mail_url,
    mailbox,
    message,
    quote,
    refused,
    send,
)


def test_a_mail_has_the_first_line_as_subject_and_the_message_as_text_and_html() -> None:
    with mailbox() as (box, url):
        answer = send(url, message("ar"))
    (mail,) = box.mails
    assert "4711" in answer
    assert mail["Subject"] == message("ar").title
    assert mail["To"] == "desk@example.org"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == message("ar").text
    assert 'dir="rtl"' in html.get_content()
    assert "مداخل مدينة جاسم" in html.get_content()


def test_a_mail_sent_again_is_recognised_as_the_same_one() -> None:
    with mailbox() as (box, url):
        send(url, render(delivery(alert())))
        send(url, render(delivery(alert(), attempt=2)))
        send(url, render(delivery(alert(), number=18)))
        send(url, render(delivery(alert(), created_at=datetime(2027, 1, 1, tzinfo=UTC))))
    first, again, other, other_monitor = (mail["Message-ID"] for mail in box.mails)
    assert first == again
    assert len({first, other, other_monitor}) == 3
    assert [mail["X-Delivery-Number"] for mail in box.mails] == ["17", "17", "18", "17"]
    assert box.mails[0]["X-Occasion"] == "jasim-1:new:siege:1"
    assert box.mails[1]["X-Delivery-Attempt"] == "2"
    assert box.mails[0]["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("refusal_of", "permanent"),
    [
        ({"RCPT": "451 greylisted, come back"}, False),
        ({"RCPT": "552 mailbox full"}, False),
        ({"RCPT": "550 no such user desk@example.org"}, True),
        ({"DATA": "554 spam"}, True),
        ({"DATA": "452 too busy"}, False),
    ],
)
def test_what_a_mail_server_answers_decides_whether_to_try_again(refusal_of: dict[str, str], permanent: bool) -> None:
    with mailbox(refusal_of) as (box, url):
        error = refused(url)
    assert error.permanent is permanent
    assert next(iter(refusal_of.values()))[:3] in str(error)
    assert "desk@example.org" not in str(error)
    assert box.mails == []


def test_one_bad_receiver_does_not_stop_the_others() -> None:
    with mailbox({"RCPT bad@example.org": "550 no"}) as (box, url):
        error = refused(url.replace("to=desk@example.org", "to=bad@example.org,good@example.org"))
    assert error.permanent
    assert box.receivers == [["good@example.org"]]


def test_no_receiver_sees_another_unless_the_url_says_so() -> None:
    with mailbox() as (box, url):
        send(
            url.replace("to=desk@example.org", "to=desk@example.org,second@example.org&bcc=hidden@example.org"),
            message(),
        )
    assert [mail["To"] for mail in box.mails] == ["desk@example.org", "second@example.org"]
    assert box.receivers[0] == ["desk@example.org", "hidden@example.org"]
    assert all(b"hidden@example.org" not in raw for raw in box.raw)


def test_no_mail_server_at_all_is_tried_again() -> None:
    with closed_port() as port:
        assert not refused(mail_url(port)).permanent


def test_a_mail_server_without_encryption_is_not_given_the_password() -> None:
    with mailbox() as (box, url):
        encrypted = url.replace("mailto://", "mailtos://user:hidden-word@").replace("mode=insecure", "mode=starttls")
        error = refused(encrypted)
    assert "STARTTLS" in str(error)
    assert "hidden-word" not in str(error)
    assert box.mails == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_the_password_opens_the_server_and_a_wrong_one_is_told_without_it() -> None:
    with mailbox(password="right-word") as (box, url):
        account = url.replace("mailto://", "mailto://night%40desk:{}@")
        send(account.format("right-word"), message())
        error = refused(account.format("wrong-word"))
    assert len(box.mails) == 1
    assert error.permanent
    assert "refuses the login" in str(error)
    assert "-word" not in str(error)


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl to make a certificate: TLS was not tested")
def test_mail_is_encrypted_and_a_certificate_that_nobody_signed_is_not_trusted(tmp_path: Path) -> None:
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *names]
    files = ["-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "cert")]
    subprocess.run([*made, *files], check=True, capture_output=True)
    pem = tmp_path / "both.pem"
    pem.write_bytes((tmp_path / "key").read_bytes() + (tmp_path / "cert").read_bytes())
    with mailbox(certificate=pem) as (box, url):
        encrypted = url.replace("mailto://", "mailtos://").replace("mode=insecure", "mode=starttls")
        error = refused(encrypted)
        assert box.mails == []
        send(f"{encrypted}&verify=no", message())
    assert not error.permanent
    assert "certificate" in str(error).lower()
    assert len(box.mails) == 1


@pytest.mark.parametrize(
    "line", ["\r\nBcc: x@evil.example\r\n\r\nbody", "\nSubject: other", "\x00\x1b[2J\x85\u2028X-Y: z"]
)
def test_no_text_of_a_feed_becomes_a_header(line: str) -> None:
    hostile = alert(quotes=(quote(f"text{line}", outlet=f"Outlet{line}", said_by=f"Source{line}"),))
    with mailbox() as (box, url):
        send(url, render(delivery(hostile)))
    (mail,) = box.mails
    assert mail.keys() == message_headers()
    assert box.receivers == [["desk@example.org"]]
    assert "\n" not in mail["Subject"]


def message_headers() -> list[str]:
    with mailbox() as (box, url):
        send(url, message())
    return box.mails[0].keys()


def test_markup_is_escaped_where_the_service_reads_html() -> None:
    with mailbox() as (box, url):
        send(url, message(quotes=(quote("<script>alert(1)</script><a href=x>y</a>&amp;"),)))
    html = box.mails[0].get_body(("html",))
    assert html is not None
    assert "<script" not in html.get_content()
    assert "<a href=x" not in html.get_content()
    assert "&lt;" in html.get_content()
