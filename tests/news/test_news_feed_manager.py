"""NewsFeedManager: one list from many sources."""

from __future__ import annotations

from msgspec.structs import replace

from thebot_desktop.domain.news import NewsItem, Sentiment
from thebot_desktop.domain.time import HOUR_MS, MINUTE_MS, UnixMs
from thebot_desktop.news.news_feed_manager import (
    NewsFeedManager,
    NewsFilter,
    normal_title,
    without_doubles,
)

NOON = 1_766_400_000_000


def item(
    id: str = "1",  # noqa: A002 - the field's name
    title: str = "Bitcoin rises",
    *,
    source: str = "coindesk",
    minutes: float = 0,
    link: str = "",
    summary: str = "",
) -> NewsItem:
    at = UnixMs(NOON + int(minutes * MINUTE_MS))
    return NewsItem(id, source, title, link or f"https://{source}.test/{id}", at, summary)


def titles(manager, wanted=None):
    return [i.title for i in (manager.items(wanted) if wanted else manager.items())]


def watched(manager):
    calls = []
    manager.changed.add(lambda _: calls.append(len(manager)))
    return calls


def test_items_of_all_sources_are_listed_newest_first():
    """The order in which sources answer does not matter."""
    manager = NewsFeedManager()
    manager.add([item("a", "old", minutes=0), item("b", "newest", minutes=9)])
    manager.add([item("c", "between", source="decrypt", minutes=5)])
    assert titles(manager) == ["newest", "between", "old"]


def test_items_of_one_moment_stay_in_the_order_of_their_page():
    """Sites without dates put the newest on top."""
    manager = NewsFeedManager()
    manager.add([item("a", "first"), item("b", "second"), item("c", "third")])
    manager.add([item("a", "first"), item("b", "second"), item("c", "third")])
    assert titles(manager) == ["first", "second", "third"]


def test_an_item_that_comes_again_is_not_news():
    """The same page read twice changes nothing and tells nobody."""
    manager = NewsFeedManager()
    manager.add([item()])
    calls = watched(manager)
    manager.add([item()])
    assert len(manager) == 1
    assert calls == []


def test_a_corrected_headline_replaces_the_old_one_but_keeps_its_time():
    """A site that edits its text, or has no dates, does not push old stories to the top."""
    manager = NewsFeedManager()
    manager.add([item("a", "Bitcon rises"), item("b", "Other", minutes=5)])
    calls = watched(manager)
    manager.add([item("a", "Bitcoin rises", minutes=60)])
    assert titles(manager) == ["Other", "Bitcoin rises"]
    assert calls == [2]


def test_one_story_from_two_sources_within_a_day_is_kept_once_the_earlier():
    """Case, punctuation and spacing do not make another story, nor who answered first."""
    manager = NewsFeedManager()
    manager.add([item("late", "Bitcoin Rises — Again!", source="decrypt", minutes=30)])
    manager.add([item("early", "bitcoin rises, again", minutes=0)])
    assert [i.id for i in manager.items()] == ["early"]
    manager.add([item("late", "Bitcoin Rises — Again!", source="decrypt", minutes=30)])
    assert [i.id for i in manager.items()] == ["early"]


def test_the_same_title_a_day_later_is_another_story():
    """ "Market wrap" comes back each day."""
    day = 24 * HOUR_MS // MINUTE_MS
    first, second = (
        item("a", "Market wrap"),
        item("b", "Market wrap", source="decrypt", minutes=day),
    )
    assert without_doubles([first, second]) == [first]
    later = replace(second, published_at=UnixMs(second.published_at + 1))
    assert without_doubles([first, later]) == [first, later]


def test_one_source_may_use_a_title_twice_unless_both_lead_to_one_page():
    """A changed guid alone does not make another story."""
    first = item("a", "Market wrap", link="https://x.test/1")
    elsewhere = item("b", "Market wrap", link="https://x.test/2", minutes=1)
    same_page = item("c", "Market wrap", link="https://x.test/1", minutes=2)
    assert without_doubles([same_page, elsewhere, first]) == [first, elsewhere]


def test_titles_without_letters_are_compared_as_they_are():
    """Two different rows of signs are not one story."""
    assert normal_title("🚀🚀") != normal_title("📉")
    assert normal_title("ＢＴＣ!") == normal_title("btc")


def test_only_the_newest_are_kept():
    """The limit can be changed at any time."""
    manager = NewsFeedManager(keep=3)
    manager.add(item(str(n), f"story {n}", minutes=n) for n in range(5))
    assert titles(manager) == ["story 4", "story 3", "story 2"]
    calls = watched(manager)
    manager.keep(2)
    assert titles(manager) == ["story 4", "story 3"]
    assert calls == [2]


def test_an_undated_item_that_fell_off_the_list_does_not_come_back_as_new():
    """Without a date an item bears the time it was first seen, however often it is sent."""
    manager = NewsFeedManager(keep=2)
    manager.add([item("undated", "undated", minutes=0)])
    manager.add([item("a", "a", minutes=1), item("b", "b", minutes=2)])
    manager.add([item("undated", "undated", minutes=60)])
    assert titles(manager) == ["b", "a"]


def test_each_item_is_given_its_sentiment_and_its_coins():
    """Title and summary are both read."""
    manager = NewsFeedManager()
    manager.add([item("a", "Bitcoin crashes", summary="ETH follows")])
    (kept,) = manager.items()
    assert kept.sentiment is Sentiment.NEGATIVE
    assert kept.symbols == ("BTC", "ETH")


def test_other_coins_can_be_looked_for_later():
    """When the exchange's list arrives, items already there are read again."""
    manager = NewsFeedManager(known=())
    manager.add([item("a", "Bitcoin and WIF")])
    assert manager.items()[0].symbols == ()
    calls = watched(manager)
    manager.know(["BTC", "WIF"])
    assert manager.items()[0].symbols == ("BTC", "WIF")
    assert calls == [1]


def test_a_filter_admits_what_meets_all_its_fields():
    """Text (every word, any case), coin, source and sentiment."""
    manager = NewsFeedManager()
    manager.add(
        [
            item("a", "Bitcoin surges", minutes=3, summary="ETF inflows"),
            item("b", "Bitcoin crashes", source="decrypt", minutes=2),
            item("c", "Ether unchanged", minutes=1),
        ]
    )
    assert titles(manager, NewsFilter()) == titles(manager)
    assert titles(manager, NewsFilter(text="INFLOWS bitcoin")) == ["Bitcoin surges"]
    assert titles(manager, NewsFilter(symbol="eth")) == ["Ether unchanged"]
    assert titles(manager, NewsFilter(source="decrypt")) == ["Bitcoin crashes"]
    assert titles(manager, NewsFilter(sentiment=Sentiment.NEUTRAL)) == ["Ether unchanged"]
    assert titles(manager, NewsFilter(symbol="BTC", sentiment=Sentiment.POSITIVE)) == [
        "Bitcoin surges"
    ]
    assert titles(manager, NewsFilter(text="bitcoin", source="nobody")) == []


def test_a_source_can_be_forgotten():
    """Its items go, the others stay; what it told first makes room for who told it too."""
    manager = NewsFeedManager()
    manager.add([item("a", "one"), item("b", "two", source="decrypt")])
    manager.drop_source("coindesk")
    assert titles(manager) == ["two"]
    manager.drop_source("coindesk")
    assert titles(manager) == ["two"]
