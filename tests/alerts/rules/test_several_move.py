"""Several symbols that move the same way at once."""

from __future__ import annotations

import pytest

from tests.alerts.rules.moments import fired, series_of
from tests.fakes import BTC_1M
from thebot_desktop.alerts.moves import Move
from thebot_desktop.alerts.rules.several_move import SeveralMove
from thebot_desktop.domain.errors import ParameterError

FLAT, UP, DOWN = [100, 100, 100, 100], [100, 100, 103, 103], [100, 100, 97, 97]


def spoken(own, others, *, words=False, **parameters):
    def look(symbol, interval, at):
        assert interval is BTC_1M.interval
        return series_of(others[symbol]).before(at)

    rule = SeveralMove(", ".join(others), percent=2.0, bars=1, **parameters)
    return fired(rule, own, look=look, words=words)


@pytest.mark.parametrize(
    ("own", "eth", "sol", "least", "at"),
    [
        (UP, UP, FLAT, 2, [2]),
        (UP, FLAT, FLAT, 2, []),
        (UP, DOWN, FLAT, 2, []),
        (FLAT, DOWN, DOWN, 2, [2]),
        (UP, UP, UP, 3, [2]),
        (UP, UP, DOWN, 3, []),
    ],
)
def test_so_many_have_to_move_the_same_way(own, eth, sol, least, at):
    """The rule's own symbol is one of them."""
    assert spoken(own, {"ETHUSDT": eth, "SOLUSDT": sol}, least=least) == at


def test_one_direction_may_be_all_that_counts():
    """Falls are nothing to a rule on rises."""
    assert spoken(DOWN, {"ETHUSDT": DOWN}, move=Move.RISES) == []
    assert spoken(DOWN, {"ETHUSDT": DOWN}, move=Move.FALLS) == [2]


def test_a_turn_of_all_is_another_move():
    """Not so what only goes on."""
    turn = [100, 100, 103, 100, 100]
    assert spoken(turn, {"ETHUSDT": turn}) == [2, 3]
    on = [100, 100, 103, 107, 107]
    assert spoken(on, {"ETHUSDT": on}) == [2]


def test_it_names_those_that_moved_farthest_first():
    """With how far."""
    (said,) = spoken(UP, {"ETHUSDT": [100, 100, 105, 105]}, words=True)
    assert said.startswith("2 symbols rise together: ETHUSDT +5.00 %, BTCUSDT +3.00 %")


def test_what_is_no_symbol_is_refused():
    """With its name."""
    with pytest.raises(ParameterError, match="ETH USDT"):
        SeveralMove("BTCUSDT, ETH USDT")
    assert [s for s, _ in SeveralMove(" btcusdt,, ethusdt ").others] == ["BTCUSDT", "ETHUSDT"]


def test_its_sentence_names_the_first_of_many():
    """And how many there are besides."""
    rule = SeveralMove("A1, B1, C1, D1, E1, F1", least=3)
    assert rule.sentence.startswith("3 of A1, B1, C1, D1 and 2 more rise or fall together")
    assert SeveralMove("A1, B1").sentence.startswith("2 of A1, B1 rise or fall")
