"""Five hundred changes a second to one topic: few messages, few frames, and the end in time."""

import bisect
import time

from tests.realtime.stage import wait_for

PER_SECOND = 500
SECONDS = 2.0


def sell_steadily(house, seconds=SECONDS):
    """Sell `PER_SECOND`; return how long it took and when the last was sold."""
    began = time.monotonic()
    for number in range(1, int(seconds * PER_SECOND) + 1):
        time.sleep(max(0.0, began + number / PER_SECOND - time.monotonic()))
        house.sell()
    ended = time.monotonic()
    return ended - began, ended


def most_in_a_second(times):
    """Return how many of `times`, which ascend, the fullest second holds."""
    ends = (bisect.bisect_left(times, moment + 1) for moment in times)
    return max(end - start for start, end in enumerate(ends))


def test_a_storm_is_few_messages_and_few_frames_and_ends_in_time(house):
    live = house.live()
    ears = house.ears(live, 8)
    wait_for(lambda: {ear.viewers for ear in ears} == {8})
    sent_before = house.publisher.num_messages
    time.sleep(1.2)  # a quiet topic owes nothing: nor may it save up for a burst

    took, ended = sell_steadily(house)
    house.agree(ears)

    assert house.publisher.num_messages - sent_before <= 50 * took + 1
    for ear in ears:
        updates = [
            moment
            for frame, moment in zip(ear.frames, ear.times, strict=True)
            if frame["type"] == "update"
        ]
        assert 15 * took <= sum(moment > ended - took for moment in updates)
        assert most_in_a_second(updates) <= 21
        assert ear.times[-1] - ended < 0.15
        assert len(ear.of("snapshot")) == 1
