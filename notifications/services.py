"""Telling people what happened: written once, shown in the portal, sent by e-mail."""

import hashlib
from email.utils import format_datetime, formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.template.loader import render_to_string

from notifications.models import Notice
from portal.accounts.models import User
from portal.core import clock
from portal.core.models import Province
from portal.core.outbox import after_commit

# RFC 3834: no holiday answers to a machine.
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


@transaction.atomic
def notify(
    recipient: User, kind: str, *, key: str, reference: str = "", facts: dict[str, Any]
) -> Notice:
    """Tell one person one thing, once per key; the letter leaves after the commit.

    Without an e-mail address the notice is only shown in the portal. Notice and promise are
    written together: a notice whose letter nobody has promised would never be sent.
    """
    notice, _is_new = Notice.objects.get_or_create(
        key=key,
        defaults={
            "recipient": recipient,
            "kind": kind,
            "subject": _subject(kind, facts),
            "facts": facts,
            "reference": reference,
            "address": facts.get("email", "") or recipient.email,
        },
    )
    if notice.address:
        after_commit("notifications.deliver", notice.pk, key=f"notice:{key}")
    return notice


def deliver(notice: Notice) -> None:
    """Send the letter, once: a second worker waits for the row and finds it sent.

    A worker that dies between sending and stamping sends again, under the same Message-ID.
    """
    if notice.sent_at or not notice.address:
        return
    with transaction.atomic():
        _be_patient()
        current = Notice.objects.select_for_update().get(pk=notice.pk)
        if current.sent_at:
            return
        letter_of(current).send()
        current.sent_at = clock.now()
        current.save(update_fields=["sent_at"])


def _be_patient() -> None:
    """A mail server may be slow at every word: the row is held for as long as a task may take.

    PostgreSQL would cut off a session that is idle for half a minute, and the letter that has
    left would have no stamp.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('idle_in_transaction_session_timeout', %s, true)",
            [f"{settings.CELERY_TASK_TIME_LIMIT}s"],
        )


def text_of(notice: Notice) -> str:
    """What the notice says, as plain text; the portal's own page shows it too."""
    return render_to_string(f"notifications/{notice.kind}.txt", _context(notice)).strip() + "\n"


def letter_of(notice: Notice) -> EmailMultiAlternatives:
    """The notice as a letter in text and HTML."""
    sender = settings.DEFAULT_FROM_EMAIL
    name = hashlib.sha256(notice.key.encode()).hexdigest()[:32]
    letter = EmailMultiAlternatives(
        subject=notice.subject,
        body=text_of(notice),
        from_email=formataddr((_portal_name(), sender)),
        to=[notice.address],
        headers={
            **AUTOMATIC,
            "Message-ID": f"<{name}@{sender.rpartition('@')[2]}>",
            "Date": format_datetime(clock.now()),
        },
    )
    page = render_to_string(f"notifications/{notice.kind}.html", _context(notice))
    letter.attach_alternative(page, "text/html")
    return letter


def _subject(kind: str, facts: dict[str, Any]) -> str:
    """One line, whatever the facts hold."""
    return " ".join(
        render_to_string(f"notifications/{kind}.subject.txt", {"facts": facts}).split()
    )[:200]


def _context(notice: Notice) -> dict[str, Any]:
    return {
        "facts": notice.facts,
        "name": notice.recipient.full_name,
        "portal_name": _portal_name(),
        "portal_url": settings.PORTAL_URL,
    }


def _portal_name() -> str:
    province = Province.objects.first()
    return province.portal_name if province else "Cổng Dịch vụ công"
