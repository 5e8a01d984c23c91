"""``thebot rules`` and ``thebot alerts`` on a profile."""

from __future__ import annotations

import json

import pytest

from thebot_desktop.adapters.storage.profile import Profile
from thebot_desktop.cli import rules
from thebot_desktop.cli.dispatch import dispatch
from thebot_desktop.cli.parser import parse
from thebot_desktop.domain.market import Interval, SeriesKey, Symbol
from thebot_desktop.domain.signals import Alert, AlertStatus, AlertType


@pytest.fixture
def thebot(tmp_path, capsys):
    """Runs a command on a profile; its status and what it printed."""

    def run(*arguments):
        status = dispatch(parse([*map(str, arguments), "--profile", str(tmp_path / "p")], {}))
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


def an_alert(key, symbol, at, *, late=False):
    series = SeriesKey(Symbol(symbol), Interval.M1)
    return Alert(key, key, "r", "rule", AlertType.INFO, series, at, 1.0, "said", at, at, at, late)


def test_rules_are_added_listed_switched_and_removed(thebot):
    """An id may be cut short, as long as it names one."""
    _, said = thebot(
        "rules", "add", "rsi<30 for 3 bars", "--symbol", "btc/usdt", "--interval", "1h"
    )
    assert said.endswith("BTCUSDT 1h: RSI(14) is below 30 for 3 bars\n")
    first = said.split()[0]
    _, said = thebot(
        *("rules", "add", "Price crosses above 70000", "--symbol", "BTCUSDT"),
        *("--once", "--name", "Top", "--kind", "info"),
        *("--pause", "5", "--until", "2100-01-01", "--message", "{symbol} up"),
    )
    second = said.split()[0]
    _, said = thebot("rules", "list")
    assert [line.split()[0] for line in said.splitlines()] == ["Id", first, second]
    assert "Top: price crosses above 70,000" in said
    assert thebot("rules", "disable", first, second)[0] == 0
    _, said = thebot("rules", "list", "--json")
    documents = [json.loads(line) for line in said.splitlines()]
    assert [d["enabled"] for d in documents] == [False, False]
    rule = documents[1]["rule"]
    assert (rule["type"], rule["price"], rule["direction"]) == ("PriceLevel", 70000.0, "above")
    terms = {"pause_minutes": 5, "until": 4102444800000, "message": "{symbol} up"}
    assert documents[1]["terms"] == terms
    assert thebot("rules", "enable", first[:6])[1] == f"{first} on\n"
    assert thebot("rules", "remove", second)[1] == f"{second} removed\n"
    assert thebot("rules", "list", "--json")[1].count("\n") == 1


def test_a_rule_can_be_checked_without_being_kept(thebot):
    """In plain words, or with what is wrong with it."""
    assert thebot("rules", "check", "macd.macd crosses above macd.macdsignal") == (
        0,
        "MACD(12,26,9).macd crosses above MACD(12,26,9).macdsignal\n",
    )
    status, said = thebot("rules", "check", "close >")
    assert status == 2
    assert "Expected a price, an indicator or a number" in said
    assert thebot("rules", "list", "--json") == (0, "")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("add", "price crosses 5"), "A price belongs to a symbol: add --symbol."),
        (("add", "price leaves range 5 to 6"), "A price belongs to a symbol: add --symbol."),
        (("add", "price crosses 1e999", "--symbol", "X"), "“1e999” is not a price."),
        (("add", "price crosses 0", "--symbol", "X"), "“0” is not a price."),
        (("add", "close > 5", "--symbol", "no such!"), "“no such!” is not a symbol"),
        (("add", "close > 5", "--message", "{sym}"), "“sym” cannot be filled in."),
        (("remove", "abc"), "There is no rule that begins with “abc”"),
    ],
)
def test_what_makes_no_sense_is_status_two_and_a_sentence(thebot, arguments, sentence):
    """And nothing is kept."""
    status, said = thebot("rules", *arguments)
    assert status == 2
    assert sentence in said
    assert thebot("rules", "list", "--json") == (0, "")


def test_an_id_that_fits_several_changes_none(thebot):
    """It says so."""
    for _ in range(17):
        thebot("rules", "add", "close > 5")
    ids = [json.loads(line)["id"] for line in thebot("rules", "list", "--json")[1].splitlines()]
    first = next(i[0] for i in ids if sum(o[0] == i[0] for o in ids) > 1)
    status, said = thebot("rules", "remove", first)
    assert (status, "More than one rule begins" in said) == (2, True)
    assert len(thebot("rules", "list", "--json")[1].splitlines()) == 17


def test_alerts_are_listed_by_time_and_symbol(thebot, tmp_path):
    """Oldest first, as a table or as lines of JSON."""
    with rules.opened(tmp_path / "p") as (store, _plugins):
        store.save_alert(an_alert("b", "ETHUSDT", 2_000_000_000_000, late=True))
        store.save_alert(an_alert("a", "BTCUSDT", 1_700_000_000_000))
        store.update_status("a", AlertStatus.DISMISSED)
    assert Profile.of(tmp_path / "p").alert_file.exists()
    lines = [json.loads(line) for line in thebot("alerts", "--json")[1].splitlines()]
    assert [line["id"] for line in lines] == ["a", "b"]
    assert lines[0]["state"] == "DISMISSED"
    assert lines[1]["late"] is True
    assert [line["deliveries"] for line in lines] == [[], []]
    _, said = thebot("alerts")
    assert said.splitlines()[0].split() == ["Time", "Symbol", "Kind", "State", "Alert"]
    assert "2023-11-14 22:13:20Z  BTCUSDT" in said
    assert "ACTIVE (late)" in said
    _, said = thebot("alerts", "--json", "--since", "2030-01-01")
    assert [json.loads(line)["id"] for line in said.splitlines()] == ["b"]
    _, said = thebot("alerts", "--json", "--symbol", "btcusdt")
    assert [json.loads(line)["id"] for line in said.splitlines()] == ["a"]


def test_a_profile_that_cannot_be_used_is_told_of(thebot, tmp_path):
    """Memory would help nobody here."""
    (tmp_path / "p").write_text("a file")
    status, said = thebot("rules", "list")
    assert status == 1
    assert "cannot be used" in said


def test_rules_that_are_no_conditions_have_forms_of_their_own(thebot):
    """The help shows them; what is listed can be typed again."""
    for text in ("price rises 2% in 10 bars", "volume 3x average of 20 bars", "pattern doji"):
        assert thebot("rules", "add", text, "--symbol", "BTCUSDT", "--interval", "1h")[0] == 0
    assert thebot("rules", "add", "spread is 0.2 % or more for 5 seconds")[0] == 0
    assert thebot("rules", "add", "negative news say hack or exploit")[0] == 0
    documents = thebot("rules", "list", "--json")[1].splitlines()
    kinds = [json.loads(line)["rule"]["type"] for line in documents]
    assert kinds == ["PercentMove", "VolumeBurst", "CandlePattern", "Spread", "NewsWords"]


def test_the_help_of_rules_shows_their_forms(thebot, capsys):
    """Below the options."""
    with pytest.raises(SystemExit):
        thebot("rules", "check", "--help")
    assert "news say hack or exploit" in capsys.readouterr().out


def test_when_and_where_a_rule_speaks_is_said_as_it_is_added(thebot):
    """And since when it watches: what was before is nothing to it."""
    thebot(
        *("rules", "add", "close > 5", "--symbol", "BTCUSDT", "--interval", "1m"),
        *("--when", "bar", "--between", "09:00-17:00 mon", "--urgent"),
        *("--channel", "Phone", "--channel", "Mail"),
    )
    (document,) = [json.loads(line) for line in thebot("rules", "list", "--json")[1].splitlines()]
    hours = {"start": 540, "end": 1020, "days": [0]}
    assert document["terms"] == {"when": "once per bar", "hours": hours}
    assert document["telling"] == {"channels": ["Phone", "Mail"], "urgent": True}
    assert document["since"] > 1_700_000_000_000


def test_a_rule_about_several_symbols_is_asked_by_the_first_of_them(thebot):
    """Asked by each of them, it would speak for each."""
    thebot("rules", "add", "2 of ETHUSDT, BTCUSDT rise by 1 % within 5 bars")
    assert '"symbol":"ETHUSDT"' in thebot("rules", "list", "--json")[1]
