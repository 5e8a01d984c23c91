"""News, silence, faults and trades reach the rules that ask for them, once."""

from __future__ import annotations

import msgspec
import pytest

from tests.fakes import BTC_1M, Core, FakeHistory, update
from thebot_desktop.adapters.world.alternative_me import FearAndGreed
from thebot_desktop.adapters.world.forex_factory import ForexFactory
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.alerts.rules.calendar_near import CalendarNear
from thebot_desktop.alerts.rules.fear_greed import FearGreed, Way
from thebot_desktop.alerts.rules.feed_silent import FeedSilent
from thebot_desktop.alerts.rules.large_trade import LargeTrade
from thebot_desktop.alerts.rules.news_words import NewsWords
from thebot_desktop.alerts.rules.program_fault import ProgramFault
from thebot_desktop.app.happening_sources import NEWS_FRESH_MS, HappeningSources
from thebot_desktop.app.instruments import InstrumentBook
from thebot_desktop.app.world_service import WorldService
from thebot_desktop.domain.errors import InputError, StorageError
from thebot_desktop.domain.market import ConnectionChange, ConnectionState, Trade
from thebot_desktop.domain.news import EconomicEvent, Impact, NewsItem
from thebot_desktop.news.config import NewsConfig
from thebot_desktop.news.news_feed_manager import NewsFeedManager

BTC = BTC_1M.symbol
NOON = 1_790_000_000_000


class Place:
    def __init__(self):
        self.core = Core()
        self.core.clock.advance_to(NOON)
        self.news = NewsFeedManager()
        self.feed_age = 0
        self.world = WorldService(
            ForexFactory(), FearAndGreed(), None, NewsConfig, self.core.clock, self.core.faults
        )
        self.told = []
        self.core.alerts.raised.add(self.told.append)
        self.sources = HappeningSources(
            alerts=self.core.alerts,
            news=self.news,
            stream=self.core.stream,
            instruments=InstrumentBook(FakeHistory()),
            world=self.world,
            feed_age=lambda: self.feed_age,
            clock=self.core.clock,
            faults=self.core.faults,
        )

    def arm(self, rule, symbol=None):
        self.core.alerts.arm(ArmedRule(f"{rule.title} {symbol}", rule, symbol))

    def item(self, number, title, at=NOON):
        return NewsItem(str(number), "wire", title, f"https://wire/{number}", at)

    def seconds(self, count):
        for _ in range(count):
            self.core.clock.advance_to(self.core.clock.now() + 1000)
            self.sources.look()

    @property
    def said(self):
        return [alert.message for alert in self.told]


@pytest.fixture
def place():
    return Place()


def test_news_are_told_when_they_are_new(place):
    """Once, and not those of yesterday that a source has in its list."""
    place.arm(NewsWords("etf"))
    old = place.item(1, "An ETF of old", NOON - NEWS_FRESH_MS)
    place.news.add([old, place.item(2, "ETF at last"), place.item(3, "Nothing of the kind")])
    place.news.add([place.item(2, "ETF at last"), place.item(4, "Another ETF")])
    assert place.said == ["ETF at last", "Another ETF"]
    assert not place.told[0].has_chart


def test_a_rule_about_a_symbol_is_told_news_that_name_its_coin(place):
    """Those of others are nothing to it."""
    place.arm(NewsWords(), BTC)
    place.news.add([place.item(1, "Bitcoin is mined"), place.item(2, "Dogecoin is not")])
    assert place.said == ["Bitcoin is mined"]
    assert place.told[0].series.symbol == BTC


def test_the_silence_of_the_feed_is_told_once_until_it_is_heard_again(place):
    """However long it lasts."""
    place.arm(FeedSilent(30))
    place.seconds(20)
    for second in range(40):
        place.feed_age = second * 1000
        place.seconds(1)
    assert place.said == ["Nothing has been heard of the market for 30 seconds"]
    place.feed_age = 0
    place.seconds(1)
    place.feed_age = None
    place.seconds(40)
    assert len(place.said) == 2


def test_a_symbol_may_be_silent_alone(place):
    """While the feed as a whole is well."""
    place.arm(FeedSilent(30), BTC)
    place.core.pipeline.apply(ConnectionChange(ConnectionState.LIVE, "", NOON))
    minute = NOON // 60_000
    place.core.pipeline.apply(update(minute, closed=False))
    began = place.core.clock.now()
    place.seconds(29)
    assert place.said == []
    place.seconds(5)
    (alert,) = place.told
    assert alert.series.symbol == BTC
    assert place.core.clock.now() > began + 30_000


def test_nobody_looks_for_a_silence_that_no_rule_asks_for(place):
    """Nor does one that was armed later hear of the time before it."""
    place.feed_age = 50_000
    place.seconds(3)
    assert place.said == []


def test_a_fault_is_told_once_an_hour_by_its_kind(place):
    """A store that refuses everything is one fault."""
    place.arm(ProgramFault())
    for _ in range(3):
        place.core.faults.notify(StorageError(user_message="The disk is full."))
    place.core.clock.advance_to(NOON + 3_600_000)
    place.core.faults.notify(StorageError(user_message="The disk is still full."))
    assert place.said == ["The disk is full.", "The disk is still full."]


def test_a_large_trade_is_told_from_the_pipeline(place):
    """Each trade once, whatever other ways it comes."""
    place.arm(LargeTrade(100_000.0))
    for number, quantity in ((1, 1.0), (2, 3.0), (2, 3.0)):
        place.core.pipeline.apply(Trade(BTC, number, 50_000.0, quantity, False, NOON + number))
    (alert,) = place.told
    assert (alert.message, alert.price) == ("Purchase worth 150,000 at 50,000", 50_000.0)


def test_a_large_trade_that_was_missed_is_told_as_late(place):
    """It was fetched afterwards: it was true then, and is only known now."""
    place.arm(LargeTrade(100_000.0))
    place.core.pipeline.apply(Trade(BTC, 1, 50_000.0, 3.0, False, NOON, late=True))
    assert [alert.late for alert in place.told] == [True]


def test_what_a_person_did_is_no_fault_of_the_program(place):
    """Wrong input is answered where it was given."""
    place.arm(ProgramFault())
    place.core.faults.notify(InputError(user_message="This is no price."))
    assert place.told == []


def test_an_event_of_the_calendar_is_told_once_before_it(place):
    """As long before as the rule says, if it matters enough."""
    place.arm(CalendarNear(15))
    events = [
        EconomicEvent("cpi", "CPI m/m", NOON + 16 * 60_000, Impact.HIGH, "USD"),
        EconomicEvent("pmi", "PMI", NOON + 5 * 60_000, Impact.LOW, "EUR"),
    ]
    place.world.calendar.take(events, NOON)
    place.seconds(50)
    assert place.said == []
    place.seconds(200)
    assert place.said == ["CPI m/m (USD): in 15 minutes"]


def mood(place, *readings):
    rows = [{"value": str(v), "timestamp": str((NOON + at) // 1000)} for at, v in readings]
    place.world._take_mood(msgspec.json.encode({"data": rows}))


def test_the_index_is_told_when_it_gets_to_a_level(place):
    """From the value of the day before, when the program has just come."""
    place.arm(FearGreed(25, Way.FALLS))
    mood(place, (-86_400_000, 30), (0, 24))
    mood(place, (-86_400_000, 30), (0, 24))
    assert place.said == ["The index of fear and greed falls from 30 to 24"]
    place.core.clock.advance_to(NOON + 86_400_000)
    mood(place, (0, 24), (86_400_000, 20))
    assert len(place.said) == 1


def test_an_index_of_long_ago_is_no_news(place):
    """As when the site stands still."""
    place.arm(FearGreed(25, Way.FALLS))
    mood(place, (-10 * 86_400_000, 30), (-9 * 86_400_000, 24))
    assert place.said == []
