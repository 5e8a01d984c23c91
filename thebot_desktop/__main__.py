"""The command ``thebot``: reads the command line and starts what it asks for."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from thebot_desktop.cli import parser
from thebot_desktop.cli.dispatch import dispatch


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 when done, 1 after a failure, 2 for input that makes no sense."""
    options = parser.parse(sys.argv[1:] if arguments is None else arguments, parser.environment())
    return dispatch(options)


if __name__ == "__main__":
    sys.exit(main())
