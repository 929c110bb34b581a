"""The demo cast: one person per role, in two communes and at the province."""

from dataclasses import dataclass
from datetime import date

import pyotp
from django.contrib.auth.hashers import make_password

from portal.accounts.demo import DEMO_PASSWORD
from portal.accounts.models import Agency, Posting, Role, SecondFactor, User
from portal.core import clock


@dataclass(frozen=True)
class Part:
    """One member of the cast; `home` counts communes, -1 is the province's own office."""

    username: str
    full_name: str
    matrix_role: str
    posting: Role | None = None
    home: int = 0


CAST = (
    Part("an", "Nguyễn Văn An", "C"),
    Part("binh", "Trần Thị Bình", "C'"),
    Part("khach", "Lý Minh Khách", "C'"),
    Part("chi", "Lê Thị Chi", "RC", Role.RECEPTION_CLERK),
    Part("dung", "Phạm Văn Dũng", "O", Role.OFFICER),
    Part("phuong", "Huỳnh Mai Phương", "Os", Role.DEPARTMENT_HEAD),
    Part("giang", "Võ Trường Giang", "H", Role.AGENCY_HEAD),
    Part("van", "Đỗ Thanh Vân", "Os", Role.RECORDS_CLERK),
    Part("khanh", "Bùi Gia Khánh", "OI", Role.OFFICER),
    Part("chi2", "Cao Thị Chinh", "RC", Role.RECEPTION_CLERK, 1),
    Part("dung2", "Phan Tấn Duy", "Ox", Role.OFFICER, 1),
    Part("phuong2", "Lâm Ngọc Phụng", "Ox", Role.DEPARTMENT_HEAD, 1),
    Part("giang2", "Hồ Thái Giàu", "Hx", Role.AGENCY_HEAD, 1),
    Part("van2", "Ngô Thúy Vi", "Ox", Role.RECORDS_CLERK, 1),
    Part("chi3", "Mai Thị Chung", "RC", Role.RECEPTION_CLERK, -1),
    Part("giamsat", "Tạ Minh Soát", "PS", Role.SUPERVISOR, -1),
    Part("thutuc", "Vũ Thị Lập", "PA", Role.PROCEDURE_ADMIN, -1),
    Part("hoa", "Đặng Thị Hoa", "AD", Role.SYSTEM_ADMIN, -1),
    Part("kiemtoan", "Dương Công Minh", "AU", Role.AUDITOR, -1),
    Part("hai", "Trịnh Quang Hải", "AD", Role.SYSTEM_ADMIN, -1),
)


def communes(count: int) -> list[Agency]:
    """The first communes that can receive dossiers today."""
    rows = Agency.objects.valid_on(clock.today()).filter(kind="ubnd_xa", org_code__isnull=False)
    return list(rows.order_by("org_code")[:count])


def province_office() -> Agency:
    """The province's own office, where its administrators serve."""
    rows = Agency.objects.valid_on(clock.today()).filter(level=Agency.Level.PROVINCE)
    office: Agency = rows.exclude(kind="ubnd_tinh").order_by("pk").first() or rows.get()
    return office


def make_cast() -> list[User]:
    """Everybody of the cast, created once with the demo password."""
    homes = communes(2)
    password = make_password(DEMO_PASSWORD)
    people = [
        _make(part, number, province_office() if part.home < 0 else homes[part.home], password)
        for number, part in enumerate(CAST, start=1)
    ]
    _give_phones([user for user, part in zip(people, CAST, strict=True) if part.posting])
    return people


def _give_phones(officers: list[User]) -> None:
    """A seed for the codes of each, another in every database; whoever has one keeps it."""
    SecondFactor.objects.bulk_create(
        (
            SecondFactor(user=user, seed=pyotp.random_base32(), enrolled_at=clock.now())
            for user in officers
        ),
        ignore_conflicts=True,
    )


def _make(part: Part, number: int, agency: Agency, password: str) -> User:
    user, is_new = User.objects.get_or_create(
        username=part.username,
        defaults={
            "full_name": part.full_name,
            "email": f"{part.username}@demo.invalid",
            "phone": f"09000000{number:02d}",
            "identity_number": f"0860900000{number:02d}",
            "birth_date": date(1990, 1 + number % 12, 1 + number),
            "address": agency.unit_name or agency.name,
            "home_agency": agency if part.home >= 0 else None,
            "password": password,
            "password_set_at": clock.now(),
            "is_staff": part.posting in (Role.PROCEDURE_ADMIN, Role.SYSTEM_ADMIN),
        },
    )
    if is_new and part.posting is not None:
        Posting.objects.create(
            user=user, agency=agency, role=part.posting, valid_from=date(2022, 1, 1)
        )
    return user


def as_rows() -> list[dict[str, str | None]]:
    """The cast as outside tests read it (`seed_demo --cast`)."""
    agencies = dict(
        Posting.objects.filter(user__username__in=[p.username for p in CAST]).values_list(
            "user__username", "agency__code"
        )
    )
    factors = SecondFactor.objects.filter(user__username__in=[p.username for p in CAST])
    seeds = {factor.user.username: factor.seed for factor in factors.select_related("user")}
    return [
        {
            "role": part.matrix_role,
            "username": part.username,
            "password": DEMO_PASSWORD,
            "totp_secret": seeds.get(part.username),
            "agency": agencies.get(part.username),
            "posting": part.posting.value if part.posting else None,
        }
        for part in CAST
    ]
