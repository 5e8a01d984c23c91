"""Whatever the exchange does, every closed candle arrives once, in order, as the exchange has it.

What rules say of it is then neither false nor missing nor doubled, and late where it is late.

Random schedules of all scripted faults, each played by a real server to the program's real feed
over real sockets, with candles of one second. A few run at a time. More of them with
``FAULT_SCHEDULES=500 pytest tests/scenarios/test_fault_schedules.py``.
"""

from __future__ import annotations

import asyncio
import os

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests.faulty_market import hurried, survive, written
from thebot_desktop.exchange_simulator import faults as f

AT_A_TIME = 5
WANTED = int(os.environ.get("FAULT_SCHEDULES", "0"))
"""How many schedules; 0 for the few that are always the same."""
EXAMPLES = max(1, WANTED // AT_A_TIME) if WANTED else 4


def seconds(least, most):
    """In tenths, so that a schedule can be read."""
    return st.integers(round(least * 10), round(most * 10)).map(lambda tenths: tenths / 10)


AT = seconds(0, 4)
STREAMS = st.sampled_from(["*", "btcusdt@kline_1s", "*@kline_1s", "eth*,sol*", "*@miniTicker"])
SHARE = st.sampled_from([0.1, 0.3, 0.7, 1.0])
ONLY = st.sampled_from(["all", "closing"])
SYMBOLS = st.sampled_from(["*", "BTCUSDT", "ETHUSDT,SOLUSDT"])


def messages(kind, **more):
    """A fault of single messages."""
    return st.builds(
        kind, at=AT, seconds=seconds(0.2, 2), streams=STREAMS, share=SHARE, only=ONLY, **more
    )


def rest(kind, **more):
    return st.builds(kind, at=AT, seconds=seconds(0.2, 2), **more)


CONNECTIONS = st.one_of(
    st.builds(f.Cut, at=AT, seconds=seconds(0, 1.5)),
    st.builds(f.Close, at=AT, code=st.sampled_from([1000, 1001, 1012, 1013])),
    st.builds(f.Refuse, at=AT, seconds=seconds(0.2, 2)),
    st.builds(f.Refuse, at=AT, seconds=seconds(0.2, 2), tcp=st.just(True)),
    st.builds(
        f.Refuse, at=AT, seconds=seconds(0.2, 2), status=st.sampled_from([429, 451, 500, 503])
    ),
    st.builds(f.Silence, at=AT, seconds=seconds(0.2, 2.5)),
    st.builds(f.HalfOpen, at=AT),
    st.builds(f.Shutdown, at=AT),
)
MESSAGES = st.one_of(
    st.builds(
        f.Starve,
        at=AT,
        seconds=seconds(0.5, 4),
        streams=STREAMS,
        healed_by=st.sampled_from(["subscribe", "connect", "never"]),
    ),
    messages(f.Lose),
    messages(f.Late, delay=seconds(0.2, 2)),
    messages(f.Reorder, within=seconds(0.1, 1)),
    messages(f.Duplicate, copies=st.integers(1, 3), delay=seconds(0, 1)),
    messages(
        f.Garbage,
        what=st.sampled_from(
            ["mixed", "no_json", "truncated", "wrong_types", "unknown_event", "binary"]
        ),
        instead=st.booleans(),
    ),
)
REST = st.one_of(
    rest(f.RestErrors, status=st.sampled_from([403, 418, 429, 451]), retry_after=st.just(1)),
    rest(f.RestErrors, status=st.sampled_from([500, 502, 503, 504])),
    rest(f.RestBody, what=st.sampled_from(["html", "empty", "truncated", "wrong_types"])),
    rest(f.RestSlow, delay=seconds(0.2, 1.5)),
    rest(f.RestLag, candles=st.integers(1, 3)),
    rest(f.RestLag, unfinished=st.just(True)),
)
MARKET = st.one_of(
    st.builds(f.Outage, at=AT, seconds=seconds(0.3, 2), symbols=SYMBOLS),
    st.builds(f.Skew, at=AT, seconds=seconds(0.3, 2), ms=st.sampled_from([-4000, -700, 300, 5000])),
)
SCHEDULES = st.lists(CONNECTIONS | MESSAGES | REST | MARKET, min_size=2, max_size=8)

NASTY = [
    [f.parse(line) for line in lines]
    for lines in (
        (
            "at=1 kind=cut for=0.1 every=0.4 times=11",
            "at=0 kind=rest_lag unfinished=true for=6",
        ),
        (
            "at=1 kind=half_open",
            "at=1 kind=refuse tcp=true for=2",
            "at=2 kind=rest_errors status=418 retry_after=1 for=1.5",
            "at=3 kind=refuse status=503 for=1",
        ),
        (
            "at=0.5 kind=reorder within=1.5 share=0.5 for=3",
            "at=1 kind=late delay=2 share=0.3 for=3",
            "at=1 kind=duplicate copies=2 delay=0.7 for=3",
            "at=1 kind=lose only=closing share=0.5 for=3",
        ),
        (
            "at=1 kind=outage for=0.4 every=1 times=4",
            "at=1.2 kind=cut for=0.2 every=1.3 times=3",
            "at=1 kind=rest_lag candles=2 for=4",
            "at=2 kind=skew ms=4000 for=1.5",
        ),
        (
            "at=0.5 kind=garbage instead=true share=0.4 for=3",
            "at=1 kind=starve streams=eth* for=3.5 healed_by=connect",
            "at=2 kind=silence for=1.5",
            "at=2 kind=rest_body what=wrong_types for=2",
            "at=3 kind=shutdown",
        ),
    )
]
"""Schedules that a broken client does not survive."""


async def survive_all(schedules):
    return await asyncio.gather(*(survive(faults) for faults in schedules))


def report(faults, mistakes):
    return "\n".join(["with"] + [f"  {written(fault)}" for fault in faults] + mistakes[:12])


@settings(
    max_examples=EXAMPLES,
    derandomize=not WANTED,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@example(NASTY)
@given(st.lists(SCHEDULES, min_size=AT_A_TIME, max_size=AT_A_TIME))
def test_every_candle_arrives_whatever_goes_wrong(schedules):
    """Once, in order, without a hole, with the exchange's own numbers."""
    with hurried():
        outcomes = asyncio.run(survive_all(schedules))
    found = [
        report(faults, mistakes)
        for faults, mistakes in zip(schedules, outcomes, strict=True)
        if mistakes
    ]
    assert not found, "\n\n".join(found)
