"""NewsConfig."""

from __future__ import annotations

import msgspec
import pytest

from thebot_desktop.news.config import NewsConfig


def test_one_source_is_read_by_default():
    """The program asks one site every five minutes unless told otherwise."""
    config = NewsConfig()
    assert config.enabled
    assert config.sources == ("coindesk",)
    assert (config.poll_interval_s, config.keep) == (300, 200)


@pytest.mark.parametrize(
    "wrong",
    [{"poll_interval_s": 59}, {"keep": 19}, {"keep": 2001}, {"sources": "coindesk"}, {"kep": 1}],
)
def test_nonsense_is_refused(wrong):
    """Values outside their range and unknown fields are errors."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, NewsConfig)


def test_every_field_says_what_it_is():
    """The settings dialog is made from titles."""
    for field in msgspec.inspect.type_info(NewsConfig).fields:
        assert field.type.extra_json_schema["title"]
