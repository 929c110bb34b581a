"""Reading the folder of letters that the mail server of the demo fills."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path

MOST_SHOWN = 50
_NAME = re.compile(r"[0-9]{20}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Letter:
    """One letter as the demo shows it."""

    name: str
    sender: str
    recipient: str
    subject: str
    sent_at: datetime | None
    text: str = ""


def newest(folder: str) -> list[Letter]:
    """The heads of the newest letters, newest first."""
    if not folder:
        return []
    stems = (path.stem for path in Path(folder).glob("*.eml"))
    names = sorted(filter(_NAME.fullmatch, stems), reverse=True)[:MOST_SHOWN]
    return [_head(name, _parse(folder, name)) for name in names]


def read(folder: str, name: str) -> Letter | None:
    """One whole letter; None when there is none of that name."""
    if not folder or not _NAME.fullmatch(name) or not (Path(folder) / f"{name}.eml").is_file():
        return None
    message = _parse(folder, name)
    body = message.get_body(preferencelist=("plain",))
    return _head(name, message, text=body.get_content() if body else "")


def _parse(folder: str, name: str) -> EmailMessage:
    with (Path(folder) / f"{name}.eml").open("rb") as stream:
        return BytesParser(EmailMessage, policy=policy.default).parse(stream)


def _head(name: str, message: EmailMessage, text: str = "") -> Letter:
    return Letter(
        name=name,
        sender=str(message["From"] or ""),
        recipient=str(message["To"] or message["Delivered-To"] or ""),
        subject=str(message["Subject"] or "").strip(),
        sent_at=_date(message),
        text=text,
    )


def _date(message: EmailMessage) -> datetime | None:
    try:
        return parsedate_to_datetime(str(message["Date"]))
    except ValueError:
        return None
