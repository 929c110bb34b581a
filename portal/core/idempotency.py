"""The same call twice has one effect: its answer is kept with the effect and given again.

The row of the key is written in the transaction of the effect. A crash in the middle leaves
neither; of two calls at once the second waits for the first and gets its answer.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.forgetting import delete_in_batches
from portal.core.models import GivenAnswer
from portal.core.refusals import NotNow

KEPT_FOR = timedelta(hours=48)
RETRY_SECONDS = 5
LOCK_NOT_AVAILABLE = "55P03"
# Not part of what somebody wants: proof of origin, the token itself, the button pressed twice.
FORM_NOISE = {"csrfmiddlewaretoken", "form_token"}


@dataclass(frozen=True)
class Call:
    """Who calls what under which key, and the digest of what they send."""

    caller: str
    route: str
    key: str
    content_hash: str


@dataclass(frozen=True)
class Answer:
    """What a call was answered."""

    status: int
    body: str = ""
    location: str = ""
    is_repeated: bool = False


class KeyTaken(NotNow):
    """The key was used for other content (409)."""

    def __init__(self) -> None:
        super().__init__(
            _("Khóa này đã dùng cho một nội dung khác. Hãy dùng khóa mới cho yêu cầu mới.")
        )


class StillAtWork(NotNow):
    """The first call under the key has not been answered yet (409, try again)."""

    retry_after = RETRY_SECONDS

    def __init__(self) -> None:
        super().__init__(_("Yêu cầu trước với cùng khóa đang được xử lý. Hãy thử lại sau ít giây."))


def answer_once(call: Call, act: Callable[[], Answer]) -> Answer:
    """Do it and keep the answer, or give the answer that is kept under the key.

    A refusal that `act` raises undoes everything, the key too: the caller may repair and repeat.
    An answer that says no (400 and above) is not kept either, but what was done stays.
    """
    with transaction.atomic():
        row = _take(call)
        if row is None:
            return _given_before(call)
        answer = act()
        mine = GivenAnswer.objects.filter(pk=row)
        if answer.status >= 400:
            mine.delete()
        else:
            mine.update(status=answer.status, body=answer.body, location=answer.location)
    return answer


def _take(call: Call) -> int | None:
    """The row of the key when it is new or has expired; else nothing, once its first call ended."""
    now = clock.now()
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO core_givenanswer AS given
                    (caller, route, key, content_hash, status, body, location,
                     created_at, expires_at)
                VALUES (%s, %s, %s, %s, 0, '', '', %s, %s)
                ON CONFLICT (caller, route, key) DO UPDATE SET
                    content_hash = EXCLUDED.content_hash, created_at = EXCLUDED.created_at,
                    expires_at = EXCLUDED.expires_at, status = 0, body = '', location = ''
                WHERE given.expires_at <= EXCLUDED.created_at
                RETURNING given.id
                """,
                [call.caller, call.route, call.key, call.content_hash, now, now + KEPT_FOR],
            )
            found = cursor.fetchone()
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") == LOCK_NOT_AVAILABLE:
            raise StillAtWork from error
        raise
    return int(found[0]) if found else None


def _given_before(call: Call) -> Answer:
    given = GivenAnswer.objects.get(caller=call.caller, route=call.route, key=call.key)
    if given.content_hash != call.content_hash:
        raise KeyTaken
    return replace(Answer(given.status, given.body, given.location), is_repeated=True)


def forget_expired() -> int:
    """Delete answers nobody may ask for any more; returns how many."""
    old = GivenAnswer.objects.filter(expires_at__lte=clock.now())
    return delete_in_batches(old.order_by("expires_at"))


def caller_of(request: HttpRequest) -> str:
    """Whom a key belongs to: the signed-in person, else the session (as a digest)."""
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    if not request.session.session_key:
        request.session.create()
    return f"session:{digest_of(request.session.session_key)[:40]}"


def digest_of(content: Any) -> str:
    """The same digest for the same content, in whatever order its names come."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def posted_content(posted: MultiValueDict[str, Any], files: MultiValueDict[str, Any]) -> Any:
    """What a form sends: its texts, and name, size and digest of each file."""
    texts = {name: values for name, values in posted.lists() if name not in FORM_NOISE}
    papers = {name: [_file_facts(each) for each in uploads] for name, uploads in files.lists()}
    return {"texts": texts, "files": papers}


def _file_facts(upload: "UploadedFile[Any]") -> list[Any]:
    digest = hashlib.sha256()
    for piece in upload.chunks():
        digest.update(piece)
    upload.seek(0)
    return [upload.name, upload.size, digest.hexdigest()]
