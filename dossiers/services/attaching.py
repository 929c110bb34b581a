"""Files of a dossier: kept before anything is locked, then listed under their paper."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from dossiers.models import Attachment, Dossier
from dossiers.services.moving import keep
from dossiers.workflow import State
from portal.accounts.models import User
from portal.core.refusals import NotNow
from portal.documents.inspection import FileRefused, kind_named, tidy_name
from portal.documents.models import StoredFile, Upload
from portal.documents.services import finish_upload, open_upload, store_file
from portal.documents.services.handing_out import quarantine_words
from portal.documents.services.storing import discard, refuse_too_large
from portal.documents.services.sweeping import take_back
from portal.documents.services.uploads import refuse_unfit
from procedures.models import Component

MOST_FILES = 10
RESULT_TYPES = ["application/pdf", "image/jpeg", "image/png"]
RESULT_BYTES = 20 * 1024 * 1024
# What a person hands in now, or a file of theirs that the portal already holds.
HandedIn = UploadedFile | StoredFile


@dataclass(frozen=True)
class Box:
    """What was put into one box of a form, looked into and kept; or why it was not."""

    files: list[StoredFile]
    refusal: Exception | None = None

    def whole(self) -> list[StoredFile]:
        """The files; raises what refused them."""
        if self.refusal is not None:
            raise self.refusal
        return self.files


@contextmanager
def kept_first(boxes: Iterable[Callable[[], list[StoredFile]]]) -> Iterator[list[Box]]:
    """The files of every box, kept before the caller locks anything; a refusal waits in its box.

    Looking into files and scanning them takes moments and no transaction. What nothing refers to
    at the end is taken back: another box failed, the button was pressed twice, time had run out.
    """
    kept: list[Box] = []
    try:
        for files_of in boxes:
            try:
                kept.append(Box(files_of()))
            except (ValidationError, NotNow, Upload.DoesNotExist) as refusal:
                kept.append(Box([], refusal))
        yield kept
    finally:
        take_back(stored for box in kept for stored in box.files)


def chosen(
    person: User, dossier: Dossier, component: Component, sent: "Sequence[UploadedFile | str]"
) -> list[StoredFile]:
    """The files for one paper, sent whole or named by the numbers of their pieces, all kept."""
    if not sent:
        return []
    files = [
        finished(person, dossier, component, each) if isinstance(each, str) else each
        for each in sent
    ]
    is_pending = dossier.state != State.DRAFT
    refuse_too_many(dossier, component, len(files), is_pending=is_pending)
    return keep_files(person, component, files)


def open_for(
    person: User, dossier: Dossier, component: Component, *, name: str, length: int, sha256: str
) -> Upload:
    """Announce a file that will come in pieces for one paper of the person's own dossier."""
    return open_upload(
        person,
        _target(dossier, component),
        name=name,
        length=length,
        sha256=sha256,
        media_types=component.media_types,
        max_bytes=component.max_bytes,
    )


def finished(person: User, dossier: Dossier, component: Component, public_id: str) -> StoredFile:
    """The file that has come in pieces for that paper; Upload.DoesNotExist for any other."""
    return finish_upload(public_id, person, _target(dossier, component))


def _target(dossier: Dossier, component: Component) -> str:
    return f"dossier:{dossier.pk}:{component.no}"


def open_for_result(
    officer: User, dossier: Dossier, *, name: str, length: int, sha256: str
) -> Upload:
    """Announce the signed result that will come in pieces; the caller knows it is theirs."""
    return open_upload(
        officer,
        _result_target(dossier.pk),
        name=name,
        length=length,
        sha256=sha256,
        media_types=RESULT_TYPES,
        max_bytes=RESULT_BYTES,
    )


def finished_result(officer: User, dossier_id: int, public_id: str) -> StoredFile:
    """The result that has come in pieces; FileRefused when there is none under that number."""
    try:
        return finish_upload(public_id, officer, _result_target(dossier_id))
    except Upload.DoesNotExist as error:
        raise FileRefused(gone_words()) from error


def _result_target(dossier_id: int) -> str:
    return f"result:{dossier_id}"


def gone_words() -> str:
    """What is said of a number under which nothing waits any more."""
    return _("Tệp tải lên đã hết hạn giữ. Hãy chọn lại tệp rồi gửi.")


def refuse_too_many(dossier: Dossier, component: Component, more: int, *, is_pending: bool) -> None:
    """A paper takes no more files than an officer can read.

    What a supplement will replace does not count beside what replaces it.
    """
    there = dossier.attachments.filter(component=component, removed_at__isnull=True)
    if there.filter(is_pending=is_pending).count() + more > MOST_FILES:
        words = _(
            "Mỗi giấy tờ nhận nhiều nhất %(most)d tệp. "
            "Hãy chọn ít tệp hơn, hoặc ghép nhiều trang vào một PDF."
        )
        raise NotNow(words % {"most": MOST_FILES})


def why_unfit(component: Component, name: str, length: int) -> str:
    """Why the paper could never take a file of that name and length; empty when it could."""
    try:
        refuse_unfit(tidy_name(name), length, component.media_types, component.max_bytes)
    except FileRefused as refused:
        return str(refused.messages[0])
    return ""


def keep_files(person: User, component: Component, files: "Iterable[HandedIn]") -> list[StoredFile]:
    """All of the files, or FileRefused and none of them; takes a moment, so lock nothing before."""
    kept: list[StoredFile] = []
    fresh: list[StoredFile] = []
    try:
        for file in files:
            if isinstance(file, StoredFile):
                kept.append(_fitting(component, file))
                continue
            fresh.append(
                store_file(
                    file,
                    by=person,
                    media_types=component.media_types,
                    max_bytes=component.max_bytes,
                )
            )
            kept.append(fresh[-1])
    except Exception:
        discard(*fresh)
        raise
    return kept


def _fitting(component: Component, stored: StoredFile) -> StoredFile:
    """A file the portal holds must still be of a kind and size this paper takes, and harmless."""
    kind_named(stored.original_name, component.media_types)
    refuse_too_large(stored.original_name, stored.size, component.max_bytes)
    if stored.is_infected:
        raise FileRefused(quarantine_words(stored))
    return stored


def link_files(
    dossier: Dossier, component: Component, files: list[StoredFile], *, is_pending: bool
) -> list[Attachment]:
    """List the files under the paper; the caller holds the lock. A file is listed once."""
    refuse_too_many(dossier, component, len(files), is_pending=is_pending)
    there = dossier.attachments.filter(component=component, removed_at__isnull=True)
    already = set(there.filter(is_pending=is_pending).values_list("file_id", flat=True))
    added = [
        Attachment.objects.create(
            dossier=dossier, component=component, is_pending=is_pending, file=stored
        )
        for stored in files
        if stored.pk not in already
    ]
    keep(dossier)
    return added


def refuse_infected(dossier: Dossier) -> None:
    """A dossier with a file that carries malware is not taken in; ask for another file."""
    rows = dossier.attachments.filter(
        removed_at__isnull=True, is_pending=False, file__scan_state=StoredFile.Scan.INFECTED
    )
    if (infected := rows.select_related("file").first()) is not None:
        raise NotNow(
            _("Tệp “%(name)s” có mã độc. Hãy yêu cầu người nộp bổ sung tệp khác.")
            % {"name": infected.file}
        )
