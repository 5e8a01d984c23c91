"""PictureChoice: as what a person wants pictures of a chart."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

LARGEST_SCALE = 4


class PictureFormat(Enum):
    """How a picture is written."""

    PNG = "png"
    SVG = "svg"


class PictureChoice(Struct, frozen=True):
    """The format, and how many times as large as on screen."""

    format: PictureFormat = PictureFormat.PNG
    scale: Annotated[int, Meta(ge=1, le=LARGEST_SCALE)] = 2
