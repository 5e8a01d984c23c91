"""Where the bundle starts: mends what is different in a bundle, then runs the program."""

from __future__ import annotations

import os
import ssl
import sys
from pathlib import Path


def mend_streams() -> None:
    """A windowed program on Windows has no streams; writing to them must not end it."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            stream = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 (stays open)
            setattr(sys, name, stream)


def mend_library_path() -> None:
    """Programs started from here, such as a browser, have to find their own libraries."""
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    os.environ.pop("LD_LIBRARY_PATH", None)
    if before:
        os.environ["LD_LIBRARY_PATH"] = before


def mend_certificates() -> None:
    """The certificates may be elsewhere than on the machine that built this: bring our own."""
    paths = ssl.get_default_verify_paths()
    if sys.platform != "win32" and not (paths.cafile or paths.capath):
        import certifi

        os.environ["SSL_CERT_FILE"] = certifi.where()


if __name__ == "__main__":
    mend_streams()
    mend_library_path()
    mend_certificates()

    from thebot_desktop.__main__ import main

    sys.exit(main())
