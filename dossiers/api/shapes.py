"""The shapes of the dossier API: what may be sent, and what is answered."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from dossiers.models import Dossier
from dossiers.offering import LABELS
from dossiers.queueing import API_VIEWS
from dossiers.workflow import State
from payments.strict_fields import StrictBody, StrictText, StrictWhole

MOST_VERSION = 2**31 - 1
DESKS = ("claim", "release")  # not moves of the law: whose desk a step lies on
MOVES = (*sorted(LABELS), *DESKS)


class OwnerBody(StrictBody):
    """For whom the dossier is."""

    full_name = StrictText(max_length=120, required=False, allow_blank=True)
    identity_number = StrictText(max_length=30, required=False, allow_blank=True)


class ContactBody(StrictBody):
    """How to reach the applicant."""

    phone = StrictText(max_length=30, required=False, allow_blank=True)
    email = StrictText(max_length=254, required=False, allow_blank=True)
    address = StrictText(max_length=250, required=False, allow_blank=True)


class DraftBody(StrictBody):
    """What a draft holds; what is left out stays as it is."""

    agency = StrictText(max_length=60, required=False, help_text="Khóa của cơ quan giải quyết")
    case = StrictText(max_length=60, required=False)
    owner = OwnerBody(required=False)
    contact = ContactBody(required=False)
    form_data = serializers.DictField(
        required=False, help_text="Nội dung tờ khai, thay toàn bộ; theo form schema của thủ tục"
    )
    payer = serializers.DictField(
        required=False,
        child=serializers.BooleanField(),
        help_text="Đối tượng được giảm, ví dụ poor_household",
    )
    quantities = serializers.DictField(
        required=False,
        child=serializers.IntegerField(min_value=0, max_value=50),
        help_text="Số lượng yêu cầu thêm của từng khoản phí",
    )
    return_method = serializers.ChoiceField(required=False, choices=Dossier.ReturnMethod.choices)
    return_address = StrictText(max_length=250, required=False, allow_blank=True)


class NewDraftBody(DraftBody):
    """A new draft: the procedure, and whatever is known already."""

    procedure = StrictText(max_length=40, help_text="Mã thủ tục")


class ChangedDraftBody(DraftBody):
    """A change to a draft, made on the version that was read."""

    version = StrictWhole(min_value=1, max_value=MOST_VERSION)


class SubmitBody(StrictBody):
    """The version that is to be sent, if it must be exactly that one."""

    version = StrictWhole(required=False, min_value=1, max_value=MOST_VERSION)


class UploadBody(serializers.Serializer[Any]):
    """One or more files for one paper of the procedure."""

    component = serializers.IntegerField(min_value=0, max_value=9999, help_text="Số của giấy tờ")
    file = serializers.ListField(
        child=serializers.FileField(),
        required=False,
        min_length=1,
        max_length=10,
        help_text="Một hoặc nhiều tệp, khi gửi multipart/form-data",
    )
    uploads = serializers.ListField(
        child=serializers.CharField(max_length=32),
        required=False,
        min_length=1,
        max_length=10,
        help_text="Số của các tệp đã gửi đủ từng phần qua /uploads",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Something must be attached."""
        if not attrs.get("file") and not attrs.get("uploads"):
            raise serializers.ValidationError(
                {"file": [_("Gửi kèm tệp, hoặc số của tệp đã tải lên từng phần.")]}
            )
        return attrs


class NewUploadBody(StrictBody):
    """A file that will come in pieces; its digest is that of the whole."""

    dossier = serializers.UUIDField()
    component = StrictWhole(
        required=False,
        min_value=0,
        max_value=9999,
        help_text="Số của giấy tờ; bỏ trống là tệp kết quả của hồ sơ bạn đang giải quyết",
    )
    name = StrictText(max_length=255, help_text="Tên tệp, có đuôi")
    length = StrictWhole(min_value=1, max_value=2**31 - 1, help_text="Số byte của cả tệp")
    sha256 = StrictText(max_length=64, help_text="SHA-256 của cả tệp, hệ mười sáu")


class UploadRow(serializers.Serializer[Any]):
    """How far a file has come; the next piece begins at `offset`."""

    id = serializers.CharField()
    offset = serializers.IntegerField()
    length = serializers.IntegerField()
    most_piece = serializers.IntegerField(help_text="Một phần nhiều nhất chừng này byte")
    expires_at = serializers.DateTimeField(help_text="Sau lúc này tệp dở dang bị bỏ")


class MoveBody(serializers.Serializer[Any]):
    """A move and what it asks for; the version is the one that was read."""

    move = serializers.ChoiceField(choices=MOVES)
    version = serializers.IntegerField(min_value=1, max_value=MOST_VERSION, required=False)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    basis = serializers.CharField(required=False, allow_blank=True, max_length=400)
    due_on = serializers.DateField(required=False)
    components = serializers.ListField(required=False, child=serializers.IntegerField())
    pointers = serializers.ListField(required=False, child=serializers.CharField(max_length=300))
    order = serializers.IntegerField(required=False, min_value=0, max_value=999)
    received_by = serializers.CharField(required=False, max_length=120)
    is_granted = serializers.BooleanField(required=False, default=True)
    file = serializers.FileField(required=False, help_text="Chỉ khi gửi multipart/form-data")
    upload = serializers.CharField(
        required=False, max_length=32, help_text="Số của tệp kết quả đã gửi đủ qua /uploads"
    )


class QueueQuestion(serializers.Serializer[Any]):
    """What the queue may be narrowed by; `cursor` comes from `next`."""

    view = serializers.ChoiceField(required=False, choices=list(API_VIEWS), default="all")
    procedure = serializers.CharField(required=False, max_length=40)
    channel = serializers.CharField(required=False, max_length=20)
    q = serializers.CharField(required=False, max_length=100)
    cursor = serializers.CharField(required=False, max_length=200)


class ListQuestion(serializers.Serializer[Any]):
    """What one's own list may be narrowed by."""

    state = serializers.ChoiceField(required=False, choices=State.choices)
    page = serializers.IntegerField(required=False, min_value=1)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=100)


class DossierRow(serializers.Serializer[Any]):
    """A dossier in a list."""

    id = serializers.UUIDField()
    code = serializers.CharField(allow_null=True)
    procedure = serializers.CharField()
    procedure_name = serializers.CharField()
    agency = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(choices=State.choices)
    state_label = serializers.CharField()
    national_code = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField()
    next_actor = serializers.CharField()
    next_step = serializers.CharField()
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    accepted_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)
    returned_at = serializers.DateTimeField(allow_null=True)


class FileRow(serializers.Serializer[Any]):
    """A file handed in; the digest is of the bytes the officer gets."""

    id = serializers.IntegerField()
    component = serializers.IntegerField()
    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    is_pending = serializers.BooleanField()


class AskedRow(serializers.Serializer[Any]):
    """What the applicant is asked to repair."""

    reason = serializers.CharField()
    components = serializers.ListField(child=serializers.IntegerField())
    pointers = serializers.ListField(child=serializers.CharField())
    due_on = serializers.DateField(allow_null=True)


class OwnDossier(DossierRow):
    """One's own dossier with everything in it."""

    case = serializers.CharField()
    owner = serializers.DictField()
    contact = serializers.DictField()
    form_data = serializers.DictField()
    payer = serializers.DictField()
    quantities = serializers.DictField()
    return_method = serializers.CharField()
    return_address = serializers.CharField()
    lookup_secret = serializers.CharField(allow_null=True)
    attachments = FileRow(many=True)
    missing = serializers.DictField(help_text="Còn thiếu gì trước khi gửi, theo từng phần")
    asked = AskedRow(allow_null=True)


class OfferedMove(serializers.Serializer[Any]):
    """A move the officer may make now."""

    move = serializers.ChoiceField(choices=MOVES)
    title = serializers.CharField()


class StepRow(serializers.Serializer[Any]):
    """A step that waits for somebody."""

    name = serializers.CharField()
    role = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    is_mine = serializers.BooleanField()
    may_claim = serializers.BooleanField()


class HandledDossier(DossierRow):
    """A dossier as an officer sees it: numbers masked, with the moves that are theirs now."""

    case = serializers.CharField()
    owner = serializers.DictField()
    contact = serializers.DictField()
    sections = serializers.ListField(child=serializers.DictField())
    attachments = FileRow(many=True)
    steps = StepRow(many=True)
    moves = OfferedMove(many=True)


class QueueRow(serializers.Serializer[Any]):
    """One step that waits at the officer's agencies."""

    dossier = serializers.UUIDField()
    code = serializers.CharField()
    procedure = serializers.CharField()
    procedure_name = serializers.CharField()
    owner = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    version = serializers.IntegerField()
    channel = serializers.CharField()
    agency = serializers.CharField()
    step = serializers.CharField()
    role = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    claimed_by = serializers.CharField(allow_null=True)
    is_mine = serializers.BooleanField()
    may_claim = serializers.BooleanField()


class QueuePage(serializers.Serializer[Any]):
    """A page of the queue; `next` leads on by cursor, `previous` back to the first page."""

    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = QueueRow(many=True)
