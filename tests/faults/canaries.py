"""Whether anything of the people stands where only the portal's own words may stand."""

import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import compat32

from portal.core.models import Effect
from tests.faults.house import House

# The numbers, telephones, names and mail addresses that everybody in the house goes by.
CANARY = re.compile(
    r"08609[01]0000\d\d|09[01]00000\d\d|Nguyễn Văn An|NGUYỄN VĂN AN|Người Dân \d|\w+@demo\.invalid"
)


def told_on(house: House) -> list[str]:
    """Where a canary was found: in logs, in Redis, in subjects of mail, in the outbox."""
    return [
        f"{place}: {found[0]}" for place, text in _texts(house) if (found := CANARY.search(text))
    ]


def _texts(house: House) -> list[tuple[str, str]]:
    logs = [(path.name, path.read_text(errors="replace")) for path in house.places.logs.iterdir()]
    broker = house.broker
    kept = [(f"redis {key!r}", repr(broker.dump(key))) for key in broker.scan_iter()]
    letters = list(house.mailbox.rglob("*.eml"))
    subjects = [("subject", _subject(path.read_bytes())) for path in letters]
    rows = Effect.objects.values_list("key", "arguments", "last_error")
    return [*logs, *kept, *subjects, *(("effect", repr(row)) for row in rows)]


def _subject(letter: bytes) -> str:
    return str(make_header(decode_header(message_from_bytes(letter, policy=compat32)["Subject"])))
