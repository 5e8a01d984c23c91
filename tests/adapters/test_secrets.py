"""Secrets go into the keyring, one question after the other, and show up nowhere else."""

from __future__ import annotations

import asyncio
import logging
import threading
from pathlib import Path

import pytest
from keyring.errors import KeyringLocked, NoKeyringError, PasswordSetError

from tests.adapters.channels.places import MemoryKeyring
from thebot_desktop.adapters.secrets import KeyringSecrets
from thebot_desktop.domain.errors import SecretError

pytestmark = pytest.mark.usefixtures("no_tasks_left")

PROFILE = Path("/somewhere/mine")


@pytest.fixture
def keyring():
    return MemoryKeyring()


@pytest.fixture
def secrets(keyring):
    return KeyringSecrets(PROFILE, lambda: keyring, answer_s=5)


async def test_a_secret_comes_back_and_goes_again(secrets):
    """Removing what is not there does nothing."""
    assert await secrets.get("Phone", "token") == ""
    await secrets.set("Phone", "token", "t0k3n")
    assert await secrets.get("Phone", "token") == "t0k3n"
    await secrets.remove("Phone", "token")
    await secrets.remove("Phone", "token")
    assert await secrets.get("Phone", "token") == ""


async def test_entries_are_named_for_people_and_never_meet(secrets, keyring):
    """By profile, channel and field; profiles in folders of one name are told apart."""
    other = KeyringSecrets(Path("/elsewhere/mine"), lambda: keyring)
    for store, channel, field in (
        (secrets, "a/b", "c"),
        (secrets, "a", "b/c"),
        (secrets, "a%2Fb", "c"),
        (other, "a/b", "c"),
    ):
        await store.set(channel, field, f"{channel} {field}")
    names = [service for service, _ in keyring.held]
    assert len(set(names)) == 4
    assert all(name.startswith("thebot-desktop/mine-") for name in names)
    assert names[0].endswith("/a%2Fb/c")


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (NoKeyringError("t0k3n"), "has no keyring"),
        (KeyringLocked("t0k3n"), "is locked"),
        (PasswordSetError("t0k3n"), "refused"),
        (ConnectionError("t0k3n on the bus"), "refused"),
    ],
)
async def test_a_keyring_that_fails_is_a_sentence_without_what_it_was_given(
    secrets, keyring, caplog, cause, words
):
    """Neither the error nor the log tell more than its kind."""
    caplog.set_level(logging.DEBUG)
    keyring.fails = cause
    with pytest.raises(SecretError) as caught:
        await secrets.set("Phone", "token", "t0k3n")
    assert words in caught.value.user_message
    assert "t0k3n" not in str(caught.value) + caught.value.user_message + caplog.text


@pytest.mark.parametrize("priority", [-1, 0, 0.5])
async def test_plain_files_and_stand_ins_are_no_keyrings(secrets, keyring, priority):
    """Nothing is kept in them, also where several are tried in turn."""
    keyring.priority = priority
    with pytest.raises(SecretError) as caught:
        await secrets.set("Phone", "token", "t0k3n")
    assert "no keyring" in caught.value.user_message
    chain = MemoryKeyring()
    chain.backends = [keyring]
    with pytest.raises(SecretError):
        await KeyringSecrets(PROFILE, lambda: chain).set("Phone", "token", "t0k3n")
    assert keyring.held == {} == chain.held


async def test_a_question_that_nobody_answers_ends_and_is_not_asked_twice(keyring):
    """A keyring that waits to be unlocked shows one window, not one for each alert."""
    keyring.gate = threading.Event()
    asked = []
    secrets = KeyringSecrets(PROFILE, lambda: asked.append(1) or keyring, answer_s=0.1)
    try:
        for _ in range(3):
            with pytest.raises(SecretError) as caught:
                await secrets.get("Phone", "token")
            assert "unlocked" in caught.value.user_message
        assert len(asked) == 1
    finally:
        keyring.gate.set()
    async with asyncio.timeout(5):
        while True:
            try:
                assert await secrets.get("Phone", "token") == ""
            except SecretError:
                await asyncio.sleep(0.01)
            else:
                break


async def test_questions_wait_for_each_other(secrets):
    """Backends need not be safe in several threads."""
    await asyncio.gather(*(secrets.set("Phone", f"f{n}", str(n)) for n in range(20)))
    found = await asyncio.gather(*(secrets.get("Phone", f"f{n}") for n in range(20)))
    assert found == [str(n) for n in range(20)]
