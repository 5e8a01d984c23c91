"""Servers on loopback for the channels."""

from __future__ import annotations

import shutil
import ssl
import subprocess

import pytest

from tests.adapters.channels.places import HttpPlace, SmtpPlace
from thebot_desktop.adapters.channel_http import HttpPost
from thebot_desktop.adapters.mail import Mailer
from thebot_desktop.adapters.outside import OutsideWorld


@pytest.fixture
async def site():
    async with HttpPlace().open() as opened:
        yield opened


@pytest.fixture
async def mail_server():
    async with SmtpPlace().open() as opened:
        yield opened


@pytest.fixture
async def outside():
    """Patient enough for a slow machine."""
    made = OutsideWorld()
    yield made
    await made.aclose()


@pytest.fixture
async def hasty():
    """Gives up after a moment."""
    made = OutsideWorld(http=HttpPost(timeout_s=0.3), mailer=Mailer(timeout_s=0.3))
    yield made
    await made.aclose()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """The file of a certificate for 127.0.0.1 with its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    made = folder / "both.pem"
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        [*command, "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True
    )
    made.write_bytes(key.read_bytes() + cert.read_bytes())
    return made


@pytest.fixture
def server_tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusting(certificate):
    """A mailer that trusts this certificate, and no other."""
    return Mailer(tls=lambda: ssl.create_default_context(cafile=str(certificate)))
