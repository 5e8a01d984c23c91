"""No input makes a decoder fail in a way of its own, or lets through what is no number."""

from __future__ import annotations

import copy
import importlib.util
import json
import math
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.shapes import BODIES, DOCUMENTS, MESSAGES, read_everywhere, written

NASTY = st.sampled_from(
    [
        *(None, True, False, 0, -1, 1, 2**31, 2**53 + 1, 2**63, -(2**63), 2**64, 10**30),
        *(0.5, -0.0, 1e300, "", "nan", "inf", "-inf", "Infinity", "NaN", "1e999", "-1", "0x10"),
        *("1_000", " 1", "1 ", "٣", "²", "1.5.5", "1e5", "true", "null", "币安人生USDT", "\ud800"),
        *([], {}, [[]], [["1"]], [["1", "2", "3"]], {"e": "kline"}, {"e": 5}, "kline", "7m"),
    ]
)


def places(node):
    """Every list and object inside ``node``, with each of its keys."""
    if isinstance(node, dict | list):
        for key in list(node) if isinstance(node, dict) else range(len(node)):
            yield node, key
            yield from places(node[key])


@st.composite
def mutated(draw, documents=DOCUMENTS):
    """A document of the exchange with some values replaced, removed, doubled or renamed."""
    document = copy.deepcopy(draw(st.sampled_from(documents)))
    for _ in range(draw(st.integers(1, 3))):
        spots = list(places(document))
        if not spots:
            return document
        parent, key = draw(st.sampled_from(spots))
        change = draw(st.sampled_from(["replace", "remove", "double", "rename"]))
        if change == "replace":
            parent[key] = copy.deepcopy(draw(NASTY))
        elif change == "remove":
            del parent[key]
        elif isinstance(parent, list):
            parent.append(copy.deepcopy(parent[key]))
        elif change == "rename":
            parent[draw(st.sampled_from("eEskutbBaAcohlvqQVnxT"))] = parent.pop(key)
    return document


@st.composite
def damaged(draw):
    """The bytes of a document, cut, overwritten or with something in between."""
    raw = bytearray(written(draw(st.sampled_from(DOCUMENTS))))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(raw)))
        piece = draw(st.binary(max_size=4))
        end = at + draw(st.sampled_from([0, len(piece), 1, len(raw)]))
        raw[at:end] = piece
    return bytes(raw)


def numbers(value):
    """Every float inside what a decoder gave."""
    if isinstance(value, float):
        yield value
    elif isinstance(value, msgspec.Struct):
        yield from numbers(msgspec.structs.astuple(value))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from numbers(one)


@pytest.mark.parametrize("document", DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_every_shape_is_read_by_some_decoder_before_it_is_damaged(document):
    """Damage to what nobody reads would prove nothing; only what is unused stays unread."""
    is_unused = document not in BODIES and (
        "lastUpdateId" in str(document) or "avg" in str(document)
    )
    assert read_everywhere(written(document)) or is_unused or not document


@given(mutated())
def test_documents_with_wrong_parts_are_understood_or_refused(document):
    """Whatever stands in place of what was expected; what passes is a number, and not negative."""
    for number in numbers(read_everywhere(written(document))):
        assert math.isfinite(number)
        assert number >= 0


@given(mutated(MESSAGES))
def test_a_message_in_another_spelling_says_the_same(document):
    """Spaces and line ends change nothing but the way that is taken."""
    spaced = json.dumps(document, indent=2).encode()
    assert read_everywhere(spaced) == read_everywhere(written(document))


@given(damaged())
def test_damaged_bytes_are_understood_or_refused(raw):
    """Cut short, overwritten, or with rubbish in between."""
    assert all(math.isfinite(number) for number in numbers(read_everywhere(raw)))


@pytest.mark.parametrize("opening", [b"[", b'{"data":', b'{"data":[', b'{"k":', b'[{"e":'])
def test_endless_nesting_is_refused(opening):
    """The stack of the program is safe."""
    assert read_everywhere(opening * 100_000) == []


@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="atheris is not installed here"
)
def test_a_fuzzer_guided_by_coverage_finds_nothing():
    """A short run; ``python -m tests.fuzz.guided`` runs as long as one likes."""
    command = [sys.executable, "-m", "tests.fuzz.guided", "-runs=50000", "-seed=1"]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
