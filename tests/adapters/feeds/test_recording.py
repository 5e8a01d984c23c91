"""Files of recorded messages."""

from __future__ import annotations

import gzip
import json

import pytest

from thebot_desktop.adapters.feeds.recording import Recording
from thebot_desktop.domain.errors import InputError

LINES = [
    {"t": "connect", "ts": 1.0, "url": "wss://x/stream?streams=btcusdt@kline_1m/a@depth@100ms"},
    {"t": "recv", "ts": 2.0, "raw": '{"stream":"ethusdt@trade","data":{}}'},
    {"t": "http", "ts": 3.0, "url": "https://x/api/v3/depth", "raw": "{}"},
    {"env": "spot-prod", "src": "somewhere", "raw": "{}"},
]


def written(path, content):
    path.write_bytes(content)
    return path


def text():
    return "\n".join(json.dumps(line) for line in LINES).encode()


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_records_come_in_their_order_packed_or_not(tmp_path, pack):
    """The content tells whether it is gzipped, whatever the name says."""
    recording = Recording(written(tmp_path / "session", pack(text())))
    assert [r.t for r in recording.records()] == ["connect", "recv", "http", "recv"]
    assert [r.ts for r in recording.records()] == [1.0, 2.0, 3.0, None]
    assert recording.first.ts == 2.0


def test_stream_names_are_found_in_addresses_and_messages(tmp_path):
    """Each once, in the order they appear."""
    recording = Recording(written(tmp_path / "session", text()))
    assert recording.stream_names == ["btcusdt@kline_1m", "a@depth@100ms", "ethusdt@trade"]


def test_broken_lines_are_told_apart_from_records(tmp_path):
    """They are None, so that they can be counted; empty lines are nothing."""
    content = b'{"raw":"{}"}\n\nnonsense\n{"ts":"late"}\n\xff\n{"raw":"{}"}\n'
    records = list(Recording(written(tmp_path / "session", content)).records())
    assert [r is None for r in records] == [False, True, True, True, False]


def test_a_packed_file_that_was_cut_off_plays_as_far_as_it_goes(tmp_path):
    """A recorder that was killed leaves half a file; its end counts as one broken line."""
    lines = [json.dumps({"raw": json.dumps({"n": i, "x": i**7})}) for i in range(5000)]
    packed = gzip.compress("\n".join(lines).encode())
    records = list(Recording(written(tmp_path / "s.gz", packed[: len(packed) // 2])).records())
    assert len(records) > 1000
    assert all(records[:1000])
    assert records[-1] is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is not a recorded session"),
        (b"\nopen,high,low\n1,2,3\n", "Line 2 is not a record: open,high,low"),
        (b'{"t":"connect","url":"wss://x"}', "is not a recorded session"),
        (b"\x1f\x8bbroken", "is not a recorded session"),
    ],
)
def test_a_file_that_is_no_recording_is_refused_with_the_line(tmp_path, content, words):
    """The sentence names the file and where it goes wrong."""
    with pytest.raises(InputError) as caught:
        Recording(written(tmp_path / "prices.csv", content))
    assert words in caught.value.user_message
    assert "prices.csv" in caught.value.user_message


def test_a_file_that_cannot_be_read_is_refused_with_the_reason(tmp_path):
    """Missing, or a folder."""
    for path, words in ((tmp_path / "missing", "No such file"), (tmp_path, "directory")):
        with pytest.raises(InputError) as caught:
            Recording(path)
        assert words in caught.value.user_message
