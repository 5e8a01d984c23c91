"""Secrets of the environment: found by their names, and handed on to nobody else."""

from __future__ import annotations

import pytest

from thebot_desktop.app.given_secrets import (
    HELP,
    PREFIX,
    GivenSecrets,
    variable_of,
    without_secrets,
)
from thebot_desktop.domain.errors import DeliveryError


@pytest.mark.parametrize(
    ("channel", "field", "name"),
    [
        ("Phone", "token", "PHONE_TOKEN"),
        ("My phone", "token", "MY_PHONE_TOKEN"),
        ("a.b-c/d", "bot_token", "A_B_C_D_BOT_TOKEN"),
        ("Büro 2", "url", "B_RO_2_URL"),
    ],
)
def test_a_variable_is_named_by_channel_and_field(channel, field, name):
    """In capitals, everything unusual as a low line."""
    assert variable_of(channel, field) == PREFIX + name


def test_what_is_given_is_found_without_the_spaces_around_it():
    """Other variables, and empty ones, give nothing; no text shows what is held."""
    given = GivenSecrets(
        {"THEBOT_SECRET_PHONE_TOKEN": " t0k3n\n", "THEBOT_SECRET_X_Y": " ", "PHONE_TOKEN": "no"}
    )
    assert given.get("Phone", "token", ["Phone", "Other"]) == "t0k3n"
    assert given.has("Phone", "token")
    assert not given.has("X", "y")
    assert given.get("Other", "token", ["Phone", "Other"]) == ""
    assert "t0k3n" not in repr(given)


def test_a_secret_that_could_be_meant_for_two_channels_goes_to_neither():
    """A sentence names both, and not the secret."""
    given = GivenSecrets({"THEBOT_SECRET_MY_PHONE_TOKEN": "t0k3n"})
    with pytest.raises(DeliveryError) as caught:
        given.get("My phone", "token", ["My phone", "My-Phone"])
    assert "“My phone” or “My-Phone”" in caught.value.user_message
    assert not caught.value.again
    assert "t0k3n" not in f"{caught.value!r} {caught.value.user_message}"


def test_other_programs_get_the_environment_without_secrets():
    """Everything else is left as it is."""
    environment = {"PATH": "/bin", "THEBOT_SECRET_A_B": "x", "THEBOT_PROFILE": "/p"}
    assert without_secrets(environment) == {"PATH": "/bin", "THEBOT_PROFILE": "/p"}
    assert PREFIX in HELP
