"""Killed at any moment during a storm of alerts, the program loses none and keeps none twice."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import threading
import time
import urllib.request
from collections import Counter
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlencode

import numpy as np
import pytest

from tests.process import PATIENCE, exchange, running, thebot
from thebot_desktop.adapters.channels.webhook import Webhook
from thebot_desktop.adapters.storage.channel_file import ChannelFile
from thebot_desktop.app.channels import NamedChannel

KILLS = int(os.environ.get("ALERT_KILLS", "5"))
"""More of them by hand: a hundred take about five minutes."""
SYMBOLS = ("BTCUSDT", "ETHUSDT", "SOLUSDT")
TWINS = 4
"""So many rules on each symbol, which all fire at the same bar."""
SETTLED_SECONDS = 4
REFUSED = 20
"""Every so many requests the web server is too busy, and wants to be asked later."""


class Listener:
    """A web server that notes which alerts it was told of; one in so many it refuses."""

    def __init__(self):
        self.heard = Counter()
        self.requests = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}/alerts"

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _handler(self):
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.requests += 1
                if listener.requests % REFUSED == 0:
                    self.send_response(503)
                    self.send_header("Retry-After", "1")
                else:
                    assert json.loads(body)["alert"]["id"] == self._alert_id
                    listener.heard[self._alert_id] += 1
                    self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            @property
            def _alert_id(self):
                return unquote(self.headers["Idempotency-Key"])

            def log_message(self, *_arguments):
                """Nothing is printed."""

        return Handler


@pytest.fixture
def profile(tmp_path):
    return tmp_path / "profile"


@pytest.fixture
def listener(profile):
    """Told of every alert: the profile has a webhook to it."""
    listener = Listener()
    profile.mkdir()
    hook = NamedChannel("hook", Webhook(listener.url))
    ChannelFile(profile / "channels.json", {"webhook": Webhook}).save((hook,))
    yield listener
    listener.close()


def arm(profile):
    """Each fires at a second in which the price moved, if it stood still in the one before."""
    for symbol in SYMBOLS:
        for number in range(TWINS):
            added = thebot(
                *("rules", "add", f"(close > open or close < open) and volume > -{number + 1}"),
                *("--symbol", symbol, "--interval", "1s", "--name", f"{symbol} {number}"),
                profile=profile,
            )
            assert added.returncode == 0, added.stderr


def rest_address(addresses):
    return addresses[list(addresses).index("--rest-url") + 1]


def bars(rest, symbol, begins, ends):
    """Open times and whether the price moved in each second, as the exchange itself tells it."""
    query = {"symbol": symbol, "interval": "1s", "limit": 1000}
    rows = []
    while begins <= ends:
        asked = urlencode({**query, "startTime": begins, "endTime": ends})
        with urllib.request.urlopen(f"{rest}/api/v3/klines?{asked}", timeout=10) as answer:
            page = json.load(answer)
        if not page:
            break
        rows += page
        begins = page[-1][0] + 1000
    return np.array([r[0] for r in rows]), np.array([r[4] != r[1] for r in rows])


def truth(rest, symbol, begins, ends):
    """Open times of the seconds at which a rule fires."""
    opens, moved = bars(rest, symbol, begins - 1000, ends)
    return set(opens[1:][moved[1:] & ~moved[:-1]].tolist())


def kept(profile):
    """What the store holds, read by nobody of ours."""
    with closing(sqlite3.connect(profile / "data" / "alerts.sqlite")) as database:
        alerts = [json.loads(row[0]) for row in database.execute("SELECT document FROM alerts")]
        rules = [json.loads(row[0]) for row in database.execute("SELECT document FROM rules")]
        deliveries = database.execute("SELECT alert_id, channel, state FROM deliveries").fetchall()
    return alerts, rules, deliveries


def until_all_is_sent(profile):
    end = time.monotonic() + PATIENCE
    while any(state == "queued" for _id, _channel, state in kept(profile)[2]):
        assert time.monotonic() < end
        time.sleep(0.2)


def test_the_alerts_of_a_program_that_is_killed_again_and_again_are_those_of_the_market(
    profile, listener
):
    """Each bar at which a rule was true has one alert, whether the program ran then or not.

    Each that was not missed reaches the web server, at least once, and is noted as sent.
    """
    chance = random.Random(7)
    arm(profile)
    with exchange("--speed", 1, profile=profile) as addresses:
        with running("watch", *addresses, profile=profile) as first:
            first.until(lambda line: line["type"] == "alert")
            began = int(time.time() * 1000)
            first.process.kill()
        for _ in range(KILLS):
            with running("watch", *addresses, profile=profile) as program:
                program.until(lambda line: line["type"] in ("candle", "alert"))
                # Not a wait for anything: the moment of the kill is what is random.
                time.sleep(chance.uniform(0, 2))
                program.process.kill()
            time.sleep(chance.uniform(0, 2))
        with running("watch", *addresses, profile=profile) as last:
            last.until(lambda line: line["type"] == "alert" and not line["late"])
            time.sleep(SETTLED_SECONDS)
            ends = int(time.time() * 1000) - 2000
            for armed in kept(profile)[1]:
                switched = thebot("rules", "disable", armed["id"], profile=profile)
                assert switched.returncode == 0
            until_all_is_sent(profile)
            assert last.stop() == 0
        alerts, rules, deliveries = kept(profile)
        names = {rule["id"]: rule["name"] for rule in rules}
        for symbol in SYMBOLS:
            expected = truth(rest_address(addresses), symbol, began, ends)
            for number in range(TWINS):
                own = [a for a in alerts if names[a["rule_id"]] == f"{symbol} {number}"]
                fired = [a["open_time"] for a in own if began <= a["open_time"] <= ends]
                assert len(fired) == len(set(fired))
                assert set(fired) == expected
    assert len(alerts) > KILLS * TWINS
    told = [d for d in deliveries if d[1] == "screen"]
    assert len(told) == len(alerts)
    assert {state for _id, _channel, state in deliveries} == {"sent"}
    live = {a["id"] for a in alerts if not a["missed"]}
    assert {alert_id for alert_id, channel, _ in deliveries if channel == "hook"} == live
    assert set(listener.heard) == live
    # A kill between the answer and its note sends one again, with the same id.
    assert sum(listener.heard.values()) <= len(live) + (KILLS + 1) * TWINS * len(SYMBOLS)
