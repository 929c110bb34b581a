"""A procedure's page says what it asks, how long it takes, what it costs and where to go."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.core import clock
from procedures.models import Fee, LegalBasis, Procedure, ProcedureVersion, ProcessingTime
from tests.procedures.pages import text_of

pytestmark = pytest.mark.django_db
BIRTH, BUILDING, LICENCE, POVERTY = "1.001193", "1.013225", "1.002809", "1.011606"


@contextmanager
def at(*moment: int) -> Iterator[None]:
    with clock.shifted_to(datetime(*moment, tzinfo=clock.ZONE)):  # type: ignore[misc,arg-type]
        yield


def version(code: str) -> ProcedureVersion:
    return ProcedureVersion.objects.in_force(clock.today()).get(procedure__code=code)


def test_an_reads_what_the_level_spares_her_and_its_name_in_the_law(client: Client) -> None:
    words = text_of(client.get(f"/thu-tuc/{BIRTH}"))
    assert "Mức 4 · toàn trình" in words
    assert "Bạn làm trọn trên mạng: nộp hồ sơ, nộp tiền, rồi nhận kết quả" in words
    assert "Luật gọi là dịch vụ công trực tuyến toàn trình." in words
    assert "Mức độ này mới là đề xuất, chưa được công bố." in words
    ProcedureVersion.objects.filter(procedure__code=BIRTH).update(
        is_level_proposed=False, service_level=3, service_mode="mot_phan"
    )
    words = text_of(client.get(f"/thu-tuc/{BIRTH}"))
    assert "Mức 3 · một phần" in words
    assert "còn việc phải đến cơ quan, như nộp tiền hoặc nhận kết quả" in words
    assert "Luật gọi là dịch vụ công trực tuyến một phần." in words
    assert "đề xuất" not in words


def test_the_promised_date_follows_cut_off_and_holiday(client: Client) -> None:
    with at(2026, 11, 23, 15, 20):
        online = client.get(f"/thu-tuc/{BIRTH}").context["online"]
    assert online.due_at == datetime(2026, 11, 25, 17, tzinfo=clock.ZONE)
    with at(2026, 11, 23, 14, 59):
        online = client.get(f"/thu-tuc/{BIRTH}").context["online"]
    assert online.due_at == datetime(2026, 11, 23, 17, tzinfo=clock.ZONE)


def test_each_case_has_its_own_time(client: Client) -> None:
    usual = client.get(f"/thu-tuc/{BUILDING}").context["online"]
    house = client.get(f"/thu-tuc/{BUILDING}?truong_hop=nha_o_rieng_le").context["online"]
    assert (usual.time_words, house.time_words) == ("20 ngày", "15 ngày")
    unknown = client.get(f"/thu-tuc/{BUILDING}?truong_hop=khong-co")
    assert unknown.context["case"] == "mac_dinh"


def test_a_case_without_its_own_time_uses_the_ordinary_one(client: Client) -> None:
    late = client.get(f"/thu-tuc/{BIRTH}?truong_hop=qua_han").context["online"]
    assert late.short_time == "Trong ngày"


def test_a_fee_the_province_has_not_set_is_never_nothing(client: Client) -> None:
    page = client.get(f"/thu-tuc/{BUILDING}")
    assert [way.total for way in page.context["ways"]] == [None, None, None]
    words = text_of(page)
    assert words.count("chưa có mức thu") == 4  # three ways, and the line under the sum
    assert "0 đ" not in words


def test_a_fee_is_shown_as_a_sum_with_the_saving_online(client: Client) -> None:
    Fee.objects.filter(version=version(BUILDING)).delete()
    for channel, amount in (("truc_tuyen", 37_500), ("tat_ca", 75_000)):
        Fee.objects.create(
            version=version(BUILDING), case="mac_dinh", channel=channel, item="le_phi",
            kind="le_phi", amount=amount, unit="giấy phép", status="national",
            legal_basis="Nghị quyết thử", is_confirmed=True,
        )  # fmt: skip
    page = client.get(f"/thu-tuc/{BUILDING}")
    assert [way.total for way in page.context["ways"]] == [37_500, 75_000, 75_000]
    words = text_of(page)
    assert "Bớt 37.500 đ so với nộp giấy" in words
    assert "75.000 đ" in words


def test_an_unconfirmed_time_says_so(client: Client) -> None:
    ProcessingTime.objects.filter(version=version(BIRTH)).update(is_confirmed=True)
    assert "thời hạn chưa xác nhận" not in text_of(client.get(f"/thu-tuc/{BIRTH}"))
    ProcessingTime.objects.filter(version=version(BIRTH)).update(is_confirmed=False)
    assert text_of(client.get(f"/thu-tuc/{BIRTH}")).count("thời hạn chưa xác nhận") == 3


def test_an_learns_what_to_do_with_every_paper(client: Client) -> None:
    papers = client.get(f"/thu-tuc/{BIRTH}").context["papers"]
    assert [paper.todo.text for paper in papers] == [
        "Điền trên Cổng", "Tải lên", "Tải lên, nếu có", "Tải lên, nếu có", "Tải lên, nếu có",
        "Không tải lên, chỉ xuất trình", "Không tải lên, chỉ xuất trình",
    ]  # fmt: skip
    assert papers[2].condition == "Trẻ em bị bỏ rơi"
    assert papers[1].amount == "1 bản chính"


def test_a_legal_text_that_has_ended_is_marked(client: Client) -> None:
    LegalBasis.objects.filter(versions=version(BIRTH), number="123/2015/NĐ-CP").update(
        valid_to=date(2026, 1, 31)
    )
    assert "hết hiệu lực sau 31/01/2026" in text_of(client.get(f"/thu-tuc/{BIRTH}"))


def test_an_chooses_a_commune_without_diacritics_and_starts_there(client: Client) -> None:
    page = client.get(f"/thu-tuc/{BUILDING}?truong_hop=nha_o_rieng_le&co_quan=phu+thuan")
    agency = page.context["place"].agency
    assert agency.name == "Ủy ban nhân dân xã Phú Thuận"
    assert page.context["start_url"] == (
        f"/nop-ho-so?thu_tuc={BUILDING}&truong_hop=nha_o_rieng_le&co_quan={agency.code}"
    )
    assert "Nộp hồ sơ trực tuyến" in text_of(page)


def test_a_place_with_a_common_name_is_asked_back(client: Client) -> None:
    page = client.get(f"/thu-tuc/{BIRTH}?co_quan=phu")
    assert page.context["place"].agency is None
    links = page.context["place_links"]
    assert len(links) >= 2
    chosen = client.get(f"/thu-tuc/{BIRTH}" + links[0][1].split("#")[0])
    assert chosen.context["place"].agency is not None


def test_a_single_competent_agency_needs_no_choice(client: Client) -> None:
    page = client.get(f"/thu-tuc/{LICENCE}")
    assert page.context["place"].many == 1
    assert page.context["place"].agency.name.startswith("Công an tỉnh")


def test_a_procedure_without_the_online_channel_has_no_button(client: Client) -> None:
    page = client.get(f"/thu-tuc/{POVERTY}")
    words = text_of(page)
    assert page.context["start_url"] == ""
    assert "Chưa nộp trực tuyến được" in words
    assert "Mang giấy tờ đến Bộ phận Một cửa" in words
    assert "Mức 3 · chưa nộp trên mạng được" in words
    assert [paper.todo.text for paper in page.context["papers"]] == ["Nộp bản giấy"]
    assert "Nộp hồ sơ trực tuyến" not in words


def test_a_procedure_nobody_here_handles_says_so(client: Client) -> None:
    version(BIRTH).competences.all().delete()
    page = client.get(f"/thu-tuc/{BIRTH}")
    assert "Không nộp ở Cổng này" in text_of(page)
    assert page.context["start_url"] == ""


def test_a_procedure_with_a_new_code_names_it(client: Client) -> None:
    assert "mã mới 3.000347" in text_of(client.get(f"/thu-tuc/{LICENCE}"))


def test_a_closed_procedure_links_to_its_replacement(client: Client) -> None:
    old = Procedure.objects.get(code=BUILDING)
    old.successor = Procedure.objects.get(code=BIRTH)
    old.save()
    ProcedureVersion.objects.filter(procedure=old).update(valid_to=date(2026, 6, 30))
    page = client.get(f"/thu-tuc/{BUILDING}")
    words = text_of(page)
    assert page.status_code == 200
    assert "Thủ tục này đã đóng, chỉ có hiệu lực đến hết ngày 30/06/2026." in words
    assert f'href="/thu-tuc/{BIRTH}"' in page.content.decode()
    assert "Nộp hồ sơ trực tuyến" not in words


def test_the_rules_of_another_day_are_shown_without_a_button(client: Client) -> None:
    page = client.get(f"/thu-tuc/{BUILDING}?ngay=2024-05-04")
    assert page.context["levels"] == "Cấp huyện"
    assert page.context["start_url"] == ""
    assert "Bạn đang xem quy định của ngày 04/05/2024" in text_of(page)


def test_before_it_was_in_force_the_page_says_from_when(client: Client) -> None:
    words = text_of(client.get(f"/thu-tuc/{BIRTH}?ngay=2001-01-01"))
    assert "Thủ tục có hiệu lực từ ngày 01/01/2022" in words


@pytest.mark.parametrize("day", ["zz", "2026-02-30", "0001-01-01", "2026-13-01", "²026-01-01"])
def test_a_day_nobody_can_read_is_told_and_left_out(client: Client, day: str) -> None:
    page = client.get(f"/thu-tuc/{BIRTH}", {"ngay": day})
    assert page.status_code == 200
    assert "Ngày phải có dạng" in text_of(page)
    assert page.context["is_today"]


@pytest.mark.parametrize("code", ["khong-co", "1.00119", "%2e%2e", "x" * 300])
def test_an_unknown_code_is_not_found(client: Client, code: str) -> None:
    assert client.get(f"/thu-tuc/{code}").status_code == 404


@pytest.mark.heavy
def test_no_mark_of_our_sources_reaches_a_citizen(client: Client) -> None:
    for code in Procedure.objects.values_list("code", flat=True):
        words = text_of(client.get(f"/thu-tuc/{code}"))
        assert "(S1)" not in words, code
        assert "ở S1" not in words, code


def test_every_page_costs_the_same_few_queries(client: Client) -> None:
    counts = {}
    client.get(f"/thu-tuc/{BIRTH}")
    for code in (BIRTH, BUILDING, "1.000656", "2.000635"):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/thu-tuc/{code}")
        counts[code] = len(queries)
    assert set(counts.values()) == {counts[BIRTH]}
    assert counts[BIRTH] <= 16
