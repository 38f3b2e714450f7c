"""Whatever people, operators, workers and Redis do: nobody lost, nobody twice, nobody overtaken."""

import pytest

from tests.queueing.play import play


@pytest.mark.timeout(60)
def test_the_line_is_fair_whatever_happens(redis):
    play(redis, times=60)
