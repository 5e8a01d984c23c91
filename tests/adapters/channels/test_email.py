"""E-mail against a real conversation with a mail server, encrypted and not."""

from __future__ import annotations

import email
import email.policy

import msgspec
import pytest

from tests.adapters.channels.places import SmtpPlace, make_message, make_tools
from thebot_desktop.adapters.channels.email import Email
from thebot_desktop.adapters.outside import OutsideWorld
from thebot_desktop.app.channels import MailSecurity
from thebot_desktop.domain.errors import DeliveryError, ParameterError

pytestmark = pytest.mark.usefixtures("no_tasks_left")


def channel(server, **given):
    usual = {
        "host": "127.0.0.1",
        "port": server.port,
        "security": MailSecurity.NONE,
        "sender": "bot@example.com",
        "to": ("me@example.com", "you@example.org"),
    }
    return Email(**usual | given)


def parsed(server):
    return email.message_from_bytes(server.mails[0], policy=email.policy.default)


async def test_a_mail_arrives_with_all_its_parts(mail_server, outside):
    """The server's answer comes back."""
    said = await channel(mail_server).send(make_message(), make_tools(outside))
    assert said == "2.0.0 queued as 42"
    mail = parsed(mail_server)
    assert mail["From"] == "bot@example.com"
    assert mail["To"] == "me@example.com, you@example.org"
    assert mail["Subject"] == 'BTCUSDT · BUY: crosses "70,000"'
    assert mail["Date"] == "Mon, 22 Dec 2025 10:40:00 +0000"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().splitlines() == make_message().whole.splitlines()


async def test_each_attempt_has_the_same_id_and_each_alert_its_own(mail_server, outside):
    """So that a mail that arrives twice is one to the reader."""
    for name in ("a/1", "a/1", "b/1"):
        await channel(mail_server).send(make_message(name=name), make_tools(outside))
    ids = [email.message_from_bytes(m)["Message-ID"] for m in mail_server.mails]
    assert ids[0] == ids[1] != ids[2]
    assert ids[0].endswith("@example.com>")


async def test_what_an_alert_says_makes_no_header(mail_server, outside):
    """Line ends become spaces."""
    message = make_message(message="x\r\nBcc: other@example.com\n\ntext")
    await channel(mail_server).send(message, make_tools(outside))
    mail = parsed(mail_server)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "BTCUSDT · BUY: x Bcc: other@example.com text"


@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
async def test_user_and_password_go_over_an_encrypted_line(server_tls, trusting, security):
    """However it comes to be encrypted."""
    async with SmtpPlace(server_tls, at_once=security is MailSecurity.TLS).open() as server:
        outside = OutsideWorld(mailer=trusting)
        made = channel(server, security=security, user="bot")
        await made.send(make_message(), make_tools(outside, password="pa55word"))
        assert server.users == [("bot", "pa55word")]
        assert len(server.mails) == 1


async def test_a_server_that_nobody_vouches_for_gets_no_password(server_tls, outside):
    """Its certificate is not one that this computer trusts."""
    async with SmtpPlace(server_tls).open() as server:
        made = channel(server, security=MailSecurity.STARTTLS, user="bot")
        with pytest.raises(DeliveryError) as caught:
            await made.send(make_message(), make_tools(outside, password="pa55word"))
        assert "could not be verified" in caught.value.user_message
        assert server.users == []


async def test_a_server_that_does_not_encrypt_gets_no_password(mail_server, outside):
    """Although it would take it."""
    made = channel(mail_server, security=MailSecurity.STARTTLS, user="bot")
    with pytest.raises(DeliveryError) as caught:
        await made.send(make_message(), make_tools(outside, password="pa55word"))
    assert not caught.value.again
    assert mail_server.users == []


async def test_tls_spoken_to_a_port_without_it_is_said(mail_server, outside):
    """It would never work."""
    with pytest.raises(DeliveryError) as caught:
        await channel(mail_server, security=MailSecurity.TLS).send(
            make_message(), make_tools(outside)
        )
    assert "No secure connection" in caught.value.user_message


@pytest.mark.parametrize(
    ("command", "says", "again", "words"),
    [
        ("AUTH", "535 5.7.8 wrong", False, "refused user or password (535): 5.7.8 wrong"),
        ("AUTH", "454 later", True, "refused user or password (454)"),
        ("RCPT", "550 no such user", False, "refused the receiver (550): no such user"),
        ("RCPT", "451 greylisted", True, "refused the receiver (451)"),
        ("MAIL", "553 not yours", False, "refused the message (553)"),
        ("DATA", "452 full", True, "refused the message (452)"),
        ("accepted", "554 spam", False, "refused the message (554): spam"),
        ("greeting", "421 busy", True, "127.0.0.1"),
    ],
)
async def test_refusals_are_sentences_and_known_as_passing_or_not(
    mail_server, outside, command, says, again, words
):
    """By their codes."""
    mail_server.says[command] = says
    made = channel(mail_server, user="bot")
    with pytest.raises(DeliveryError) as caught:
        await made.send(make_message(), make_tools(outside, password="pa55word"))
    assert caught.value.again is again
    assert words in caught.value.user_message
    assert "pa55word" not in str(caught.value) + caught.value.user_message


async def test_one_refused_receiver_of_two_is_told(mail_server, outside):
    """The mail has gone to the other."""
    mail_server.says["RCPT"] = ["250 ok", "550 no such user"]
    said = await channel(mail_server).send(make_message(), make_tools(outside))
    assert said == "2.0.0 queued as 42; refused: you@example.org"


@pytest.mark.parametrize("command", ["greeting", "EHLO", "accepted"])
async def test_silence_ends_in_time(mail_server, hasty, command):
    """Wherever in the conversation it begins; it is worth another attempt."""
    mail_server.says[command] = None
    with pytest.raises(DeliveryError) as caught:
        await channel(mail_server).send(make_message(), make_tools(hasty))
    assert caught.value.again
    assert caught.value.user_message == "127.0.0.1 did not answer in time."


async def test_a_server_that_is_not_there_is_worth_another_attempt(mail_server, outside):
    """It may be back later."""
    made = channel(mail_server, port=1)
    with pytest.raises(DeliveryError) as caught:
        await made.send(make_message(), make_tools(outside))
    assert caught.value.again
    assert caught.value.user_message == "127.0.0.1 cannot be reached."


async def test_a_password_that_is_missing_is_said_before_anything_is_sent(mail_server, outside):
    """Without a user none is needed."""
    with pytest.raises(DeliveryError) as caught:
        await channel(mail_server, user="bot").send(make_message(), make_tools(outside))
    assert not caught.value.again
    assert mail_server.commands == []


def test_a_password_is_not_sent_without_encryption():
    """Unless the server is this machine."""
    with pytest.raises(ParameterError):
        Email(host="mail.example.com", security=MailSecurity.NONE, user="bot")


@pytest.mark.parametrize("address", ["me", "me@", "a b@x.test", "me@x.test\r\nBcc: y@x.test"])
def test_only_addresses_are_taken(address):
    """In a file as in the form."""
    given = msgspec.to_builtins(Email(host="x.test", sender="a@x.test", to=("b@x.test",)))
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(given | {"sender": address}, Email)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(given | {"to": [address]}, Email)
