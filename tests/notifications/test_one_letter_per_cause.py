"""Each person gets each promised letter once, whatever fails in between."""

import time
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any, ClassVar
from unittest import mock

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction

from notifications import services
from notifications.models import Notice
from notifications.services import deliver, letter_of, notify
from portal.accounts.models import User
from portal.core import outbox
from portal.core.models import Effect
from tests.cast import Cast
from tests.notifications.conftest import MailServer

FACTS = {
    "code": "H99.15-261110-0042",
    "procedure_name": "Đăng ký khai sinh",
    "agency_name": "UBND xã Bình An",
    "lookup_secret": "K7M2Q4WX",  # pragma: allowlist secret
    "lookup_url": "http://127.0.0.1:8000/theo-doi/abc",
}


def told(person: User, key: str = "dossier_submitted:H99:", **facts: Any) -> Notice:
    with transaction.atomic():
        return notify(
            person, "dossier_submitted", key=key, reference=FACTS["code"], facts=FACTS | facts
        )


def test_an_gets_one_letter_however_often_the_promise_is_kept(
    cast: Cast, mail_server: MailServer
) -> None:
    first, second = told(cast.an.user), told(cast.an.user)
    assert first.pk == second.pk
    effect = Effect.objects.get()
    assert effect.key == "notice:dossier_submitted:H99:"
    assert outbox.finish(effect.pk)
    deliver(first)
    deliver(Notice.objects.get())
    (letter,) = mail_server.letters()
    assert letter["To"] == letter["Delivered-To"] == cast.an.email
    assert letter["Subject"].strip() == "Đã nhận được hồ sơ gửi trực tuyến H99.15-261110-0042"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@portal.invalid>")
    assert Notice.objects.get().sent_at is not None


def test_an_reads_the_letter_as_text_and_as_a_page(cast: Cast, mail_server: MailServer) -> None:
    deliver(told(cast.an.user))
    (letter,) = mail_server.letters()
    assert letter.get_content_type() == "multipart/alternative"
    text, page = (
        letter.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html")
    )
    assert text.startswith(f"Kính gửi {cast.an.full_name},")
    assert "Hồ sơ “Đăng ký khai sinh” đã được gửi tới UBND xã Bình An." in text
    assert "Mã tra cứu: K7M2Q4WX" in text
    assert "\nhttp://127.0.0.1:8000/theo-doi/abc\n" in text
    assert '<a href="http://127.0.0.1:8000/theo-doi/abc">' in page


def test_the_same_cause_has_the_same_message_id(cast: Cast) -> None:
    notice = told(cast.an.user)
    first, second = (letter_of(notice).extra_headers["Message-ID"] for _time in range(2))
    other = letter_of(told(cast.an.user, key="other")).extra_headers["Message-ID"]
    assert first == second != other


def test_a_person_without_address_is_told_in_the_portal_only(
    cast: Cast, mail_server: MailServer
) -> None:
    User.objects.filter(pk=cast.an.pk).update(email="")
    notice = told(cast.an.again())
    deliver(notice)
    assert (notice.address, notice.sent_at) == ("", None)
    assert Effect.objects.count() == 0
    assert mail_server.letters() == []


def test_a_person_without_address_is_told_where_the_dossier_says(
    cast: Cast, mail_server: MailServer
) -> None:
    User.objects.filter(pk=cast.an.pk).update(email="")
    deliver(told(cast.an.again(), email="nguoi-nha@example.vn"))
    assert [letter["To"] for letter in mail_server.letters()] == ["nguoi-nha@example.vn"]


def test_a_submission_that_fails_tells_nobody(cast: Cast) -> None:
    def tell_and_fail() -> None:
        with transaction.atomic():
            told(cast.an.user)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        tell_and_fail()
    assert Notice.objects.count() == 0
    assert Effect.objects.count() == 0


def test_a_notice_is_never_kept_without_the_promise_of_its_letter(committed: Cast) -> None:
    """Some callers have no transaction of their own, and may be killed between the two rows."""

    def killed_before_the_promise() -> None:
        with mock.patch.object(services, "after_commit", side_effect=SystemExit):
            notify(committed.an.user, "dossier_submitted", key="once", facts=FACTS)

    with pytest.raises(SystemExit):
        killed_before_the_promise()
    assert Notice.objects.count() == 0
    notify(committed.an.user, "dossier_submitted", key="once", facts=FACTS)
    assert (Notice.objects.count(), Effect.objects.get().key) == (1, "notice:once")


def test_one_bad_address_keeps_nobody_else_waiting(cast: Cast, mail_server: MailServer) -> None:
    User.objects.filter(pk=cast.an.pk).update(email="nobody@example.vn")
    told(cast.an.again(), key="an")
    told(cast.binh.user, key="binh")
    assert outbox.sweep() == 1
    assert [letter["To"] for letter in mail_server.letters()] == [cast.binh.email]
    lost = Effect.objects.get(key="notice:an")
    assert (lost.state, lost.attempts) == ("waiting", 1)
    assert lost.last_error.startswith("SMTPRecipientsRefused")


@pytest.mark.faults
@pytest.mark.parametrize(
    ("mood", "error"), [("--refuse", "SMTPRecipientsRefused"), ("--hang", "SMTPServerDisconnected")]
)
def test_a_letter_waits_for_a_mail_server_in_a_bad_mood(
    cast: Cast,
    start_mail_server: Callable[..., MailServer],
    settings: Any,
    mood: str,
    error: str,
) -> None:
    settings.EMAIL_TIMEOUT = 0.5
    start_mail_server(mood)
    notice = told(cast.an.user)
    effect = Effect.objects.get()
    assert not outbox.finish(effect.pk)
    effect.refresh_from_db()
    assert effect.last_error.startswith(error)
    notice.refresh_from_db()
    assert notice.sent_at is None
    well = start_mail_server()
    deliver(notice)
    assert len(well.letters()) == 1


class SlowToAnswer(BaseEmailBackend):
    """A mail server that takes each letter, but makes the portal wait for every word."""

    taken: ClassVar[list[Any]] = []

    def send_messages(self, email_messages: Any) -> int:
        time.sleep(0.6)
        self.taken.extend(email_messages)
        return len(email_messages)


@pytest.mark.faults
def test_a_mail_server_that_is_slow_to_answer_gets_the_letter_once(
    committed: Cast, settings: Any
) -> None:
    """PostgreSQL ends a session that is idle in a transaction; a letter is worth the wait."""
    settings.EMAIL_BACKEND = f"{__name__}.SlowToAnswer"
    notice = told(committed.an.user)
    with connection.cursor() as cursor:
        cursor.execute("SET idle_in_transaction_session_timeout = '200ms'")
    for _attempt in range(2):
        deliver(notice)
        notice.refresh_from_db()
    assert notice.sent_at is not None
    assert len(SlowToAnswer.taken) == 1


def _both(work: Callable[[], None]) -> None:
    """Two workers do the same work at the same time."""

    def worker() -> None:
        try:
            work()
        finally:
            connection.close()

    threads = [Thread(target=worker) for _worker in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def test_two_workers_send_one_letter(committed: Cast, mail_server: MailServer) -> None:
    pk = told(committed.an.user).pk
    start = Barrier(2, timeout=10)

    def work() -> None:
        notice = Notice.objects.get(pk=pk)
        start.wait()
        deliver(notice)

    _both(work)
    assert len(mail_server.letters()) == 1


def test_without_the_lock_two_workers_would_send_two(
    committed: Cast, mail_server: MailServer
) -> None:
    """The twin that shows the test above can fail."""
    pk = told(committed.an.user).pk
    start = Barrier(2, timeout=10)

    def work() -> None:
        notice = Notice.objects.get(pk=pk)
        start.wait()
        if notice.sent_at is None:
            letter_of(notice).send()

    _both(work)
    assert len(mail_server.letters()) == 2
