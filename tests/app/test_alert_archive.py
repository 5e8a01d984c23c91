"""What is kept of an alert: its candles, where it went, and the list as a table."""

from __future__ import annotations

import csv
import io

from msgspec.structs import replace

from tests.app.test_outbox import alert
from tests.fakes import BTC_1M, MINUTE, candles
from thebot_desktop.app.alert_archive import AFTER, BEFORE, AlertArchive, write_csv
from thebot_desktop.domain.market import Symbol
from thebot_desktop.domain.signals import Delivery


class Keeper:
    def alerts(self, newest):
        return [alert("a"), alert("b")]

    def deliveries_of(self, alert_id):
        return [Delivery(alert_id, "hook", 5)]


def archive(known):
    return AlertArchive(Keeper(), lambda _alert: None, lambda _series, since: known.since(since))


class Known:
    """The newest candles that are stored."""

    def __init__(self, count):
        self._candles = candles(count)

    def since(self, since):
        return self._candles.last(int((self._candles.open_time >= since).sum()))


def test_the_candles_around_the_bar_are_shown():
    """So many before it, and some after."""
    raised = replace(alert("a"), open_time=200 * MINUTE)
    details = archive(Known(1000)).examine(raised)
    times = details.candles.open_time
    assert int(times[0]) == (200 - BEFORE) * MINUTE
    assert int(times[-1]) == (200 + AFTER) * MINUTE
    assert details.deliveries == (Delivery("a", "hook", 5),)


def test_candles_that_are_gone_are_none():
    """So is the chart of what is about no symbol."""
    raised = replace(alert("a"), open_time=2000 * MINUTE)
    assert not len(archive(Known(1000)).examine(raised).candles)
    nowhere = replace(alert("a"), series=replace(BTC_1M, symbol=Symbol("")))
    assert not len(archive(Known(1000)).examine(nowhere).candles)


def test_texts_of_the_table_are_no_formulas():
    """Whatever a message begins with."""
    out = io.StringIO()
    write_csv([replace(alert("a"), message='=cmd|"x"', rule="+1", missed=True, late=True)], out)
    (row,) = csv.DictReader(io.StringIO(out.getvalue()))
    assert (row["alert"], row["rule"]) == ('\'=cmd|"x"', "'+1")
    assert (row["missed"], row["symbol"], row["state"]) == ("yes", "BTCUSDT", "ACTIVE")


def test_all_alerts_are_those_of_earlier_runs_too():
    """Oldest first."""
    assert [a.id for a in archive(Known(1)).all()] == ["a", "b"]
