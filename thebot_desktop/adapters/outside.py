"""OutsideWorld: everything that channels may do, in one hand."""

from __future__ import annotations

from collections.abc import Mapping

from thebot_desktop.adapters.channel_http import HttpPost
from thebot_desktop.adapters.mail import Mailer
from thebot_desktop.adapters.programs import run_program
from thebot_desktop.app.channels import HttpAnswer, Mail, ProgramEnd


class OutsideWorld:
    """Nothing is opened before it is needed; ``aclose`` ends what is left."""

    def __init__(
        self, *, proxy: str = "", http: HttpPost | None = None, mailer: Mailer | None = None
    ) -> None:
        self._http = http or HttpPost(proxy=proxy)
        self._mailer = mailer or Mailer()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        return await self._http.post(url, body, headers)

    async def send_mail(self, mail: Mail, password: str) -> str:
        return await self._mailer.send(mail, password)

    async def run_program(
        self, command: tuple[str, ...], stdin: bytes, timeout_s: float
    ) -> ProgramEnd:
        return await run_program(command, stdin, timeout_s)

    async def aclose(self) -> None:
        await self._http.aclose()
