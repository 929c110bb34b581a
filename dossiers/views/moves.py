"""Each move: its form, its service, what is said before and after; for pages and API alike."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from dossiers.forms import ReasonForm
from dossiers.models import Dossier, DossierStep
from dossiers.offering import why_not_now
from dossiers.officer_forms import (
    HandOverForm,
    NewDayForm,
    NoteForm,
    RefusalForm,
    ResultForm,
    SendBackForm,
    SupplementForm,
)
from dossiers.papers import fields_of
from dossiers.services import closing, intake, processing, supplements
from dossiers.services.attaching import Box, kept_first
from portal.accounts.models import User
from portal.documents.models import StoredFile
from procedures.models import ProcessStep

Typed = dict[str, Any]
Given = Mapping[str, Any] | None
Files: TypeAlias = "MultiValueDict[str, UploadedFile[Any]] | None"
FormFor = Callable[[Dossier, User, Given, "Files"], forms.Form]
Make = Callable[[Dossier, User, Typed, int | None], Dossier]


@dataclass(frozen=True)
class MovePage:
    """One move: what it asks, what it does, and the sentences around it."""

    form_for: FormFor
    make: Make
    effect: Any
    said: Any
    # The move's file, looked into and scanned.
    file_of: Callable[[Dossier, User, Typed], StoredFile] | None = None


def _plain(form_class: type[forms.Form]) -> FormFor:
    return lambda dossier, officer, typed, files: form_class(typed, files)


def _supplement_form(dossier: Dossier, officer: User, typed: Given, files: Files) -> forms.Form:
    blank = _("%(field)s (chưa điền)")
    rows = [
        (each.pointer, str(blank % {"field": each.name}) if each.is_blank else each.name)
        for each in fields_of(dossier)
    ]
    return SupplementForm(dossier, rows, typed)


def _send_back_form(dossier: Dossier, officer: User, typed: Given, files: Files) -> forms.Form:
    mine = dossier.steps.open().filter(kind=DossierStep.Kind.PROCESS, claimed_by=officer)
    current = mine.order_by("order").first()
    steps = ProcessStep.objects.filter(
        process=dossier.process, order__lt=current.order if current else 0
    )
    names: dict[int, list[str]] = {}
    for step in steps:
        names.setdefault(step.order, []).append(step.name)
    choices = [(order, " + ".join(each)) for order, each in names.items()]
    return SendBackForm(choices, typed)


MOVES: dict[str, MovePage] = {
    "receive": MovePage(
        _plain(forms.Form),
        lambda d, u, typed, v: intake.receive(d.pk, u, v),
        _("Hồ sơ được tiếp nhận, thời hạn bắt đầu chạy. Cổng lập giấy hẹn và báo cho người nộp."),
        _("Đã tiếp nhận hồ sơ %(code)s; giấy hẹn đang được lập."),
    ),
    "ask_at_intake": MovePage(
        _supplement_form,
        lambda d, u, typed, v: intake.ask_at_intake(d.pk, u, version=v, **typed),
        _(
            "Nêu đủ mọi thứ còn thiếu trong một lần. Người nộp nhận phiếu yêu cầu; "
            "thời hạn chưa bắt đầu."
        ),
        _("Đã gửi yêu cầu bổ sung hồ sơ %(code)s."),
    ),
    "wait_at_intake": MovePage(
        _plain(NewDayForm),
        lambda d, u, typed, v: supplements.wait_at_intake(d.pk, u, version=v, **typed),
        _("Người nộp được báo hạn mới. Hồ sơ chưa tiếp nhận nên thời hạn giải quyết chưa chạy."),
        _("Đã đặt hạn bổ sung mới cho hồ sơ %(code)s."),
    ),
    "refuse": MovePage(
        _plain(RefusalForm),
        lambda d, u, typed, v: intake.refuse(d.pk, u, version=v, **typed),
        _("Hồ sơ kết thúc, không hoàn tác được. Người nộp nhận phiếu từ chối có lý do và căn cứ."),
        _("Đã từ chối tiếp nhận hồ sơ %(code)s."),
    ),
    "forward": MovePage(
        _plain(NoteForm),
        lambda d, u, typed, v: processing.forward(d.pk, u, typed["reason"], v),
        _("Bước của bạn xong; bước tiếp theo mở ra cho người phụ trách."),
        _("Đã chuyển hồ sơ %(code)s sang bước tiếp theo."),
    ),
    "send_back": MovePage(
        _send_back_form,
        lambda d, u, typed, v: processing.send_back(d.pk, u, version=v, **typed),
        _("Bước được chọn mở lại kèm lý do của bạn. Ngày hẹn trả không đổi."),
        _("Đã trả hồ sơ %(code)s về bước trước."),
    ),
    "propose_supplement": MovePage(
        _supplement_form,
        lambda d, u, typed, v: supplements.propose(d.pk, u, version=v, **typed),
        _(
            "Trình lãnh đạo duyệt. Khi được duyệt, người nộp nhận phiếu và thời hạn tạm dừng. "
            "Sau khi tiếp nhận chỉ được yêu cầu bổ sung một lần, nên hãy nêu đủ."
        ),
        _("Đã trình lãnh đạo yêu cầu bổ sung hồ sơ %(code)s."),
    ),
    "ask_for_more": MovePage(
        _plain(forms.Form),
        lambda d, u, typed, v: supplements.approve(d.pk, u, v),
        _("Phiếu yêu cầu bổ sung được gửi cho người nộp và thời hạn tạm dừng."),
        _("Đã duyệt; hồ sơ %(code)s chờ người nộp bổ sung, thời hạn tạm dừng."),
    ),
    "decline_supplement": MovePage(
        _plain(ReasonForm),
        lambda d, u, typed, v: supplements.decline(d.pk, u, version=v, **typed),
        _("Người nộp không nhận yêu cầu nào; công chức làm tiếp với giấy tờ đang có."),
        _("Không duyệt yêu cầu bổ sung hồ sơ %(code)s."),
    ),
    "wait_longer": MovePage(
        _plain(NewDayForm),
        lambda d, u, typed, v: supplements.wait_longer(d.pk, u, version=v, **typed),
        _("Người nộp được báo hạn mới. Thời hạn giải quyết vẫn tạm dừng trong lúc chờ."),
        _("Đã đặt hạn bổ sung mới cho hồ sơ %(code)s."),
    ),
    "resolve": MovePage(
        _plain(ResultForm),
        lambda d, u, typed, v: processing.resolve(
            d.pk, u, typed["file"] or typed["upload"], is_granted=typed["is_granted"], version=v
        ),
        _("Kết quả được vào sổ, cấp số và báo cho người nộp. Hồ sơ sớm hay trễ được chốt lúc này."),
        _("Đã phát hành kết quả hồ sơ %(code)s."),
        lambda d, u, typed: processing.result_file(d.pk, u, typed["file"] or typed["upload"]),
    ),
    "return_result": MovePage(
        _plain(HandOverForm),
        lambda d, u, typed, v: processing.return_result(d.pk, u, version=v, **typed),
        _("Ghi nhận kết quả đã tới tay người nhận; hồ sơ kết thúc."),
        _("Đã trả kết quả hồ sơ %(code)s."),
    ),
    "confirm_withdrawal": MovePage(
        _plain(forms.Form),
        lambda d, u, typed, v: closing.confirm_withdrawal(d.pk, u, v),
        _("Hồ sơ kết thúc, không có kết quả và không mở lại được."),
        _("Đã xác nhận rút hồ sơ %(code)s."),
    ),
    "stop": MovePage(
        _plain(ReasonForm),
        lambda d, u, typed, v: closing.stop(d.pk, u, version=v, **typed),
        _("Hồ sơ dừng lại, thời hạn tạm dừng. Người nộp được báo lý do."),
        _("Đã dừng xử lý hồ sơ %(code)s; thời hạn tạm dừng."),
    ),
    "resume": MovePage(
        _plain(ReasonForm),
        lambda d, u, typed, v: closing.resume(d.pk, u, version=v, **typed),
        _("Hồ sơ được xử lý tiếp, thời hạn chạy tiếp; ngày hẹn trả lùi theo những ngày đã dừng."),
        _("Hồ sơ %(code)s được xử lý tiếp."),
    ),
}


@contextmanager
def file_first(
    page: MovePage, dossier: Dossier, officer: User, move: str, form: forms.Form
) -> Iterator[Box | None]:
    """The file of a move that may be made now, looked into and scanned before any lock."""
    file_of = page.file_of
    if file_of is None or not _may(dossier, officer, move) or not form.is_valid():
        yield None
        return
    with kept_first([lambda: [file_of(dossier, officer, _facts(form))]]) as [box]:
        yield box


def _may(dossier: Dossier, officer: User, move: str) -> bool:
    try:
        return not why_not_now(dossier, officer, move)
    except PermissionDenied:
        return False


def make(
    page: MovePage, dossier: Dossier, officer: User, form: forms.Form, version: int | None,
    box: Box | None,
) -> Dossier:  # fmt: skip
    """Make the move with what was typed and its file; raises what refused either."""
    typed = _facts(form)
    if box is not None:
        [typed["file"]] = box.whole()
    return page.make(dossier, officer, typed, version)


def _facts(form: forms.Form) -> Typed:
    return dict(form.facts() if hasattr(form, "facts") else form.cleaned_data)
