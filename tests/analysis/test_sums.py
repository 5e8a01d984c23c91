"""Running sums that begin anew."""

from __future__ import annotations

import numpy as np
import pytest

from thebot_desktop.analysis.sums import LONG, running_sums

UNEVEN = [1, 2, 2, 5, LONG - 1, LONG - 1, 3, LONG, LONG + 1, LONG + 1, LONG + 1, 700, 4, 4, 1]


@pytest.mark.parametrize("lengths", [UNEVEN, [1], [5], [1440] * 3, [24] * 40, [LONG]])
def test_each_stretch_is_summed_as_if_it_were_alone(lengths):
    """Bit for bit, one by one, for values of very different size."""
    random = np.random.default_rng(len(lengths))
    values = random.normal(0, 1, sum(lengths)) * 10.0 ** random.integers(-9, 9, sum(lengths))
    begins = np.cumsum([0, *lengths[:-1]])
    sums = running_sums(values, begins)
    for begin, length in zip(begins.tolist(), lengths, strict=True):
        total = 0.0
        for at in range(begin, begin + length):
            total += float(values[at])
            assert sums[at] == total
