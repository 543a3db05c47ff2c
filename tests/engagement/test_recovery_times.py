"""After a worker's death its work is somebody else's within a minute (J1): lease plus the next sweep."""

from datetime import timedelta

import pytest

from core.patience import work_lease
from engagement.beat import EVERY_SECONDS
from engagement.messages.limits import limits

A_MINUTE = timedelta(seconds=60)


@pytest.mark.parametrize("sweep", ["notices", "reactions"])
def test_news_of_a_dead_worker_is_taken_over_within_a_minute(sweep: str):
    assert work_lease() + timedelta(seconds=EVERY_SECONDS[sweep]) <= A_MINUTE


def test_mails_of_a_dead_worker_are_taken_over_within_a_minute():
    found = timedelta(seconds=EVERY_SECONDS["reap"] + EVERY_SECONDS["dispatch"])
    assert limits().lease + found <= A_MINUTE
