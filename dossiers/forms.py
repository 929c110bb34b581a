"""Shape of what citizens type about a dossier."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.codes import write_code
from dossiers.models import Dossier
from payments.payer_facts import KNOWN
from portal.accounts.identity_numbers import doubts, is_identity_number, read_identity_number
from portal.accounts.models import Agency
from portal.accounts.names import is_same_name
from portal.accounts.phone_numbers import at_home, read_phone
from portal.accounts.wording import DOUBTS, IDENTITY_NUMBER, PHONE
from portal.core import clock
from portal.core.models import Province
from portal.core.text import clean, has_forbidden_characters
from procedures.models import Case, Channel, Fee

LONGEST_TYPED = 500
ON_REQUEST = "nếu yêu cầu"
PAYER_FACTS = tuple((fact.key, fact.question) for fact in KNOWN if fact.question)


class Text(forms.CharField):
    """Text kept in NFC; control characters are refused with a sentence."""

    def to_python(self, value: Any) -> str:
        """The text in NFC."""
        text = clean(super().to_python(value) or "")
        if has_forbidden_characters(text):
            raise forms.ValidationError(_("Có ký tự không đọc được, hãy gõ lại."))
        return text


class StepForm(forms.Form):
    """A step of a draft: what holds is kept clean, the rest as it was typed."""

    def typed(self, name: str) -> Any:
        """The clean answer, else the text as typed, so that a draft loses nothing."""
        if name in self.cleaned_data:
            return self.cleaned_data[name]
        text = clean(str(self.data.get(name, "")))[:LONGEST_TYPED]
        return self.initial.get(name, "") if has_forbidden_characters(text) else text

    def held(self, name: str) -> Any:
        """The clean answer, else the one the draft already has."""
        return self.cleaned_data.get(name, self.initial.get(name))

    def facts(self) -> dict[str, Any]:
        """What the draft keeps of this page, valid or not; sending looks again."""
        raise NotImplementedError

    def doubts(self) -> list[str]:
        """What may be wrong on this page and is kept all the same."""
        return []


class WhoForm(StepForm):
    """Step 1: where to, which case, for whom, and how to reach the applicant."""

    agency = forms.ModelChoiceField(
        label=_("Cơ quan giải quyết"),
        queryset=Agency.objects.none(),
        empty_label=_("Chọn cơ quan"),
        help_text=_("Thường là xã, phường nơi bạn cư trú."),
        error_messages={"required": _("Chọn cơ quan giải quyết hồ sơ.")},
    )
    case = forms.ChoiceField(label=_("Trường hợp của bạn"), widget=forms.RadioSelect)
    full_name = Text(
        label=_("Họ, chữ đệm, tên chủ hồ sơ"),
        max_length=120,
        help_text=_("Người được giải quyết thủ tục; có thể là bạn hoặc người bạn nộp thay."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Ghi họ tên chủ hồ sơ.")},
    )
    identity_number = Text(
        label=_("Số định danh cá nhân của chủ hồ sơ"),
        max_length=30,
        required=False,
        help_text=_("12 chữ số trên thẻ căn cước; bỏ trống nếu chưa có."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "w-code"}),
    )
    phone = Text(
        label=_("Số điện thoại của bạn"),
        max_length=30,
        help_text=_("Cán bộ gọi số này khi cần."),
        widget=forms.TextInput(
            attrs={"inputmode": "tel", "autocomplete": "tel", "class": "w-code"}
        ),
        error_messages={"required": _("Ghi số điện thoại để cán bộ liên hệ.")},
    )
    email = forms.EmailField(
        label=_("Thư điện tử"),
        required=False,
        help_text=_("Cổng gửi thư mỗi khi hồ sơ đổi bước."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Thư điện tử chưa đúng, ví dụ ten@vidu.vn.")},
    )
    address = Text(
        label=_("Địa chỉ của bạn"),
        max_length=250,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )

    def __init__(self, draft: Dossier, agencies: Any, typed: Any = None) -> None:
        initial = {"agency": draft.agency_id, "case": draft.case, **draft.owner, **draft.contact}
        super().__init__(typed, initial=initial)
        self.draft = draft
        cases = [(c.key, c.name) for c in Case.objects.filter(version=draft.procedure_version)]
        agency, case = self.fields["agency"], self.fields["case"]
        assert isinstance(agency, forms.ModelChoiceField)  # noqa: S101 - declared above
        assert isinstance(case, forms.ChoiceField)  # noqa: S101 - declared above
        agency.queryset = agencies
        case.choices = cases
        if len(cases) < 2:
            case.widget = forms.HiddenInput()
            case.required = False

    def clean_case(self) -> str:
        """The chosen case; where there is but one, that one."""
        return str(self.cleaned_data["case"] or self.initial["case"])

    def clean_identity_number(self) -> str:
        """The number without spaces and dots."""
        number = read_identity_number(self.cleaned_data["identity_number"])
        if number and not is_identity_number(number):
            raise forms.ValidationError(IDENTITY_NUMBER)
        return number

    def clean_phone(self) -> str:
        """The number as it is dialled in the country, however it was typed."""
        phone = read_phone(self.cleaned_data["phone"])
        if not phone:
            raise forms.ValidationError(PHONE)
        return at_home(phone)

    def doubts(self) -> list[str]:
        """What is odd about the identity number on the page; told, and never refused.

        The account knows a date of birth for one person only: its own.
        """
        number = read_identity_number(str(self["identity_number"].value() or ""))
        applicant = self.draft.applicant
        is_own = is_same_name(str(self["full_name"].value() or ""), applicant.full_name)
        born = applicant.birth_date if is_own else None
        return [str(DOUBTS[each]) for each in doubts(number, clock.today(), birth_date=born)]

    def facts(self) -> dict[str, Any]:
        """Where to, which case, for whom, and how to reach the applicant."""
        return {
            "agency": self.cleaned_data.get("agency") or self.draft.agency,
            "case": self.held("case"),
            "owner": {k: self.typed(k) for k in ("full_name", "identity_number")},
            "contact": {k: self.typed(k) for k in ("phone", "email", "address")},
        }


class ReturnForm(StepForm):
    """Step 3: what lowers the fee, what is asked for beside, how the result comes."""

    payer = forms.MultipleChoiceField(
        label=_("Bạn thuộc đối tượng nào được miễn, giảm?"),
        choices=PAYER_FACTS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Đánh dấu nếu có; cán bộ sẽ kiểm tra giấy tờ chứng minh."),
    )
    return_method = forms.ChoiceField(
        label=_("Bạn muốn nhận kết quả thế nào?"),
        choices=Dossier.ReturnMethod,
        widget=forms.RadioSelect,
    )
    return_address = Text(
        label=_("Địa chỉ nhận qua bưu chính"),
        max_length=250,
        required=False,
        label_suffix="",
        help_text=_("Chỉ ghi khi chọn nhận qua bưu chính. Bưu tá thu cước riêng."),
    )

    def __init__(self, draft: Dossier, typed: Any = None) -> None:
        initial = {
            "payer": [key for key, is_so in draft.payer_facts.items() if is_so is True],
            "return_method": draft.return_method,
            "return_address": draft.return_address,
            **{f"quantity_{item}": n for item, n in draft.quantities.items()},
        }
        super().__init__(typed, initial=initial)
        self.draft = draft
        self.wanted = {
            fee.item: fee for fee in draft.procedure_version.fees.all() if is_on_request(fee)
        }
        for item, fee in self.wanted.items():
            self.fields[f"quantity_{item}"] = forms.IntegerField(
                label=quantity_label(fee),
                min_value=0,
                max_value=50,
                required=False,
                widget=forms.NumberInput(attrs={"class": "w-code", "inputmode": "numeric"}),
            )

    def clean(self) -> dict[str, Any]:
        """A result by post needs an address."""
        data = super().clean() or {}
        by_post = data.get("return_method") == Dossier.ReturnMethod.POST
        if by_post and not data.get("return_address"):
            self.add_error("return_address", _("Ghi địa chỉ để bưu chính giao kết quả."))
        return data

    def facts(self) -> dict[str, Any]:
        """What lowers the fee, what is asked for beside, how the result comes."""
        payer: dict[str, Any] = dict.fromkeys(self.held("payer"), True)
        if born := self.draft.applicant.birth_date:
            payer["birth_date"] = born.isoformat()
        return {
            "payer_facts": payer,
            "quantities": {i: self.held(f"quantity_{i}") or 0 for i in self.wanted},
            "return_method": self.held("return_method"),
            "return_address": self.typed("return_address")[:250],
        }


def quantity_label(fee: Fee) -> str:
    """The question how many are asked for; its field says already that none may be."""
    unit = fee.unit.replace(f"({ON_REQUEST})", "").strip()
    return gettext("Số lượng: %(unit)s") % {"unit": unit}


def is_on_request(fee: Fee) -> bool:
    """Whether the item is only due when somebody asks for it."""
    return ON_REQUEST in fee.unit and fee.channel in (Channel.ANY, Channel.ONLINE)


class LookupForm(forms.Form):
    """Where is my dossier? Code and secret, forgiving about how they are typed."""

    code = Text(
        label=_("Mã hồ sơ"),
        max_length=60,
        widget=forms.TextInput(attrs={"class": "w-code", "autocomplete": "off"}),
    )
    secret = Text(
        label=_("Mã tra cứu (8 ký tự)"),
        max_length=20,
        widget=forms.TextInput(attrs={"class": "w-code", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if (province := Province.objects.first()) is not None:
            sample = write_code(f"{province.code}.101", clock.today(), 42)
            self.fields["code"].help_text = gettext("In trên giấy hẹn, ví dụ %(code)s.") % {
                "code": sample
            }


class ReasonForm(forms.Form):
    """A reason, for acts that need one, of citizens and officers alike."""

    reason = Text(
        label=_("Lý do"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 2000, "data-count": ""}),
        error_messages={"required": _("Ghi lý do để người nhận hiểu rõ.")},
    )
