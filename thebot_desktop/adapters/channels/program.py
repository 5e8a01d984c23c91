"""Program: starts one of the person's with the alert as JSON on its standard input."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.app.channels import Channel, ChannelTools, OutsideMessage, ProgramEnd
from thebot_desktop.app.texts import Lines
from thebot_desktop.domain.errors import DeliveryError

TRY_AGAIN = 75
"""The exit code by which programs of old say that it is for now only."""
NO_NULL = r"^[^\x00]*$"


class Program(Channel, frozen=True):
    """No shell has a hand in it: what the alert says cannot become a command."""

    title: ClassVar[str] = "Program"

    program: Annotated[
        str,
        Meta(
            title="Program",
            description="A path, or a name that the system finds.",
            pattern=r"^[^\x00]*\S[^\x00]*$",
            max_length=1000,
        ),
    ] = ""
    arguments: Annotated[
        Lines,
        Meta(
            title="Arguments",
            description="One a line, as they are: nothing is filled in. The alert comes as one "
            "line of JSON on standard input.",
            max_length=100,
        ),
    ] = Lines(())
    timeout: Annotated[
        int,
        Meta(ge=1, le=300, title="Seconds until it is ended"),
    ] = 10

    async def send(self, message: OutsideMessage, tools: ChannelTools) -> str:
        command = (self.program, *self.arguments)
        ended = await tools.run_program(command, message.json + b"\n", self.timeout)
        if ended.exit_code != 0:
            sentence = f"The program ended with {_in_words(ended)}"
            again = ended.exit_code == TRY_AGAIN
            raise DeliveryError(sentence, user_message=sentence, again=again)
        return _in_words(ended)


def _in_words(ended: ProgramEnd) -> str:
    code = f"exit code {ended.exit_code}" if ended.exit_code >= 0 else f"signal {-ended.exit_code}"
    words = "".join(c for c in " ".join(ended.output.split()) if c.isprintable())[:120]
    return f"{code}: {words}" if words else code
