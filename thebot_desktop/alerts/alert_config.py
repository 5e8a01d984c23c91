"""AlertConfig: how a person wants to be told of alerts, and how many are kept in view."""

from __future__ import annotations

from typing import Annotated, NewType

from msgspec import Meta, Struct

from thebot_desktop.alerts.hours_text import read_hours
from thebot_desktop.domain.signals import AlertType

SoundChoice = NewType("SoundChoice", str)
"""The name of a bundled sound, ``none``, or the path of a file of a person's own."""
QuietHours = NewType("QuietHours", str)
"""As ``read_hours`` reads them; empty for none."""

NO_SOUND = SoundChoice("none")
_Sound = Annotated[SoundChoice, Meta(min_length=1, max_length=400)]


class AlertConfig(Struct, frozen=True, forbid_unknown_fields=True):
    enable_toast: Annotated[
        bool,
        Meta(title="Show toasts", description="A small card in the corner of the window."),
    ] = True
    enable_native: Annotated[
        bool,
        Meta(
            title="Show desktop notifications",
            description="Also while the window is minimised or closed to the tray.",
        ),
    ] = True
    enable_attention: Annotated[
        bool,
        Meta(
            title="Mark the window in the task bar",
            description="While another program is in front, until the window is looked at.",
        ),
    ] = True
    quiet_hours: Annotated[
        QuietHours,
        Meta(
            title="Quiet hours",
            description="In the time zone of the charts. What comes then is told together "
            "afterwards; urgent alerts come through.",
            max_length=80,
        ),
    ] = QuietHours("")
    most_per_minute: Annotated[
        int,
        Meta(
            ge=1,
            le=600,
            title="Alerts one by one in a minute",
            description="What comes beyond is counted on one card.",
        ),
    ] = 20
    enable_audio: Annotated[bool, Meta(title="Play a sound")] = False
    volume: Annotated[int, Meta(ge=0, le=100, title="Volume (%)")] = 70
    sound_after: Annotated[
        int,
        Meta(
            ge=0,
            le=600,
            title="Seconds until the sound",
            description="More than 0: only where the card was not dismissed or pointed at by "
            "then. It is the same for what is spoken.",
        ),
    ] = 0
    sound_buy: Annotated[_Sound, Meta(title="Sound of BUY")] = SoundChoice("buy")
    sound_sell: Annotated[_Sound, Meta(title="Sound of SELL")] = SoundChoice("sell")
    sound_warning: Annotated[_Sound, Meta(title="Sound of WARNING")] = SoundChoice("warning")
    sound_info: Annotated[_Sound, Meta(title="Sound of INFO")] = SoundChoice("info")
    spoken: Annotated[
        tuple[AlertType, ...],
        Meta(title="Read aloud", description="What the alert says, by the system's voice."),
    ] = ()
    history_size: Annotated[
        int,
        Meta(
            ge=10,
            le=10_000,
            title="Alerts shown",
            description="The list shows so many; the store keeps all.",
        ),
    ] = 100
    notification_timeout: Annotated[
        int, Meta(ge=3, le=600, title="Seconds until an alert expires")
    ] = 30

    def __post_init__(self) -> None:
        read_hours(self.quiet_hours)

    def sound_of(self, kind: AlertType) -> SoundChoice:
        """What is played for alerts of this type, as far as the rule says nothing else."""
        return {
            AlertType.BUY: self.sound_buy,
            AlertType.SELL: self.sound_sell,
            AlertType.WARNING: self.sound_warning,
            AlertType.INFO: self.sound_info,
        }[kind]
