"""After every fault logs, Redis, subjects and the outbox are searched; it would be noticed."""

import pytest

from portal.core.models import Effect
from tests.faults.canaries import told_on
from tests.faults.house import House

pytestmark = pytest.mark.faults


def test_a_number_in_a_log_in_redis_or_in_the_outbox_is_noticed(house: House) -> None:
    log = house.places.logs / "canary.log"
    log.write_text("someone wrote 086090000001 here")
    house.broker.set("canary", "0900000001")
    Effect.objects.create(key="notice:an@demo.invalid", task="nothing", state="done")
    try:
        assert told_on(house) == [
            "canary.log: 086090000001",
            "redis b'canary': 0900000001",
            "effect: an@demo.invalid",
        ]
    finally:
        log.unlink()
        house.broker.delete("canary")
        Effect.objects.all().delete()
