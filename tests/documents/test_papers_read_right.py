"""What a person reads on a paper, taken from the PDF itself."""

import subprocess
import time
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from portal.documents.models import Paper
from portal.documents.pdf import to_pdf
from portal.documents.services import page_of
from tests.documents.papers_of_binh_an import ACCEPTANCE, REFUSAL, SENTENCE, SUBMISSION, SUPPLEMENT

EVERY_PAPER = [
    ("acceptance_slip", ACCEPTANCE),
    ("supplement_slip", SUPPLEMENT),
    ("refusal_slip", REFUSAL),
    ("submission", SUBMISSION),
]


def made(tmp_path: Path, kind: str, facts: dict[str, Any], number: str = "0042/TNHS") -> Path:
    """The PDF of a paper that was never stored."""
    paper = Paper(kind=kind, reference=facts["code"], number=number, facts=facts)
    path = tmp_path / f"{kind}.pdf"
    path.write_bytes(to_pdf(page_of(paper)))
    return path


def told(path: Path) -> str:
    """The text of a PDF, its white space made single."""
    command = ["pdftotext", "-layout", str(path), "-"]
    return " ".join(
        subprocess.run(command, capture_output=True, check=True, text=True).stdout.split()
    )


def test_an_reads_every_line_of_form_01(tmp_path: Path) -> None:
    text = told(made(tmp_path, "acceptance_slip", ACCEPTANCE))
    for line in (
        "UBND TỈNH CỔ CHIÊN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 0042/TNHS",
        "Bình An, ngày 05 tháng 02 năm 2026",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "Mã hồ sơ: H99.15-261110-0042",
        "Bộ phận tiếp nhận và trả kết quả: UBND xã Bình An",
        "Tiếp nhận hồ sơ của: Nguyễn Thị Hạnh",
        "Người nộp hồ sơ: Nguyễn Văn Ưng",
        "Địa chỉ: Ấp Tân Lộc, xã Bình An, tỉnh Cổ Chiên",
        "Số điện thoại: 0000 000 000 Email: hanh@example.vn",
        "Nội dung yêu cầu giải quyết: Cấp giấy phép xây dựng mới đối với nhà ở riêng lẻ",
        "3 Bản vẽ thiết kế xây dựng Tệp điện tử 03",
        "Số lượng hồ sơ: 01 (bộ)",
        "Thời gian giải quyết hồ sơ theo quy định là: 15 ngày làm việc",
        "Thời gian nhận hồ sơ: 07 giờ 35 phút, ngày 05 tháng 02 năm 2026",
        "Thời gian trả kết quả giải quyết hồ sơ: 16 giờ 30 phút, ngày 09 tháng 3 năm 2026",
        "Đăng ký nhận kết quả tại: Qua bưu chính, tại nhà",
        "Phí, lệ phí: Lệ phí cấp giấy phép: 37.500 đồng; cộng: 37.500 đồng.",
        "Vào Sổ theo dõi hồ sơ, Quyển số: 02/2026 Số thứ tự: 0042",
        "Điện thoại: 0000 111 222",
        "K7M2Q4WX",
    ):
        assert line in text


def test_an_unknown_fee_is_said_to_be_unknown(tmp_path: Path) -> None:
    facts = ACCEPTANCE | {
        "fee_lines": [{"item": "Lệ phí cấp giấy phép", "payable": None}],
        "fee_total": None,
    }
    text = told(made(tmp_path, "acceptance_slip", facts))
    assert "Lệ phí cấp giấy phép: chưa có mức thu; cơ quan sẽ báo số tiền trước khi thu." in text
    assert "0 đồng" not in text


def test_an_reads_what_to_repair_and_by_when(tmp_path: Path) -> None:
    text = told(made(tmp_path, "supplement_slip", SUPPLEMENT, "0007/YCBS"))
    assert "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ" in text
    assert "Số: 0007/YCBS" in text
    assert "2 Thửa đất: Số tờ bản đồ Sửa nội dung khai" in text
    assert "Lý do: Bản vẽ mờ, chữ <không> đọc được & thiếu kích thước." in text
    assert "chậm nhất là hết ngày 05 tháng 3 năm 2026." in text
    assert "Đặng Hoài Nam, số điện thoại 0000 111 222" in text


def test_an_reads_why_the_dossier_is_refused(tmp_path: Path) -> None:
    text = told(made(tmp_path, "refusal_slip", REFUSAL, "0003/TCHS"))
    assert "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ" in text
    assert "Thửa đất nằm trong hành lang bảo vệ đường thủy." in text
    assert "Căn cứ pháp lý: Luật Xây dựng, Điều 93" in text


def test_a_long_submission_is_whole_and_made_in_five_seconds(tmp_path: Path) -> None:
    assert len(SENTENCE * 6 * 60) > 20_000
    to_pdf("<p>ế</p>")  # the first page of a worker also loads the fonts
    started = time.perf_counter()
    path = made(tmp_path, "submission", SUBMISSION)
    took = time.perf_counter() - started
    text = told(path)
    assert took <= 5
    assert text.count("ế ữ ặ ợ ỹ Ằ Ỗ Ự") >= 300  # the others are broken over two lines
    assert "Gửi lúc: 00 giờ 30 phút, ngày 05 tháng 02 năm 2026" in text
    assert all(f"Mục {part}.{row} " in text for part in range(1, 7) for row in range(10))


@pytest.mark.parametrize(("kind", "facts"), EVERY_PAPER)
def test_a_paper_holds_one_family_of_letters_and_no_markup(
    tmp_path: Path, kind: str, facts: dict[str, Any]
) -> None:
    path = made(tmp_path, kind, facts)
    fonts = subprocess.run(["pdffonts", str(path)], capture_output=True, check=True, text=True)
    names = {line.split()[0].split("+")[1].split("-")[0] for line in fonts.stdout.splitlines()[2:]}
    assert names == {"Tinos"}
    text = told(path)
    assert not [mark for mark in ("&lt;", "&gt;", "&amp;", "&#", "\ufffd", "None") if mark in text]


@pytest.mark.parametrize(("kind", "facts"), EVERY_PAPER[:3])
def test_a_slip_fits_on_one_page_and_speaks_to_screen_readers(
    tmp_path: Path, kind: str, facts: dict[str, Any]
) -> None:
    with pikepdf.open(made(tmp_path, kind, facts)) as pdf:
        assert len(pdf.pages) == 1
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "vi"
        assert pdf.open_metadata().pdfa_status == "2A"


def test_the_slip_of_a_birth_registration_fits_on_one_page(tmp_path: Path) -> None:
    form = "Tờ khai đăng ký khai sinh (bản giấy khi nộp trực tiếp, biểu mẫu điện tử khi trực tuyến)"
    born = (
        "Giấy chứng sinh; không có thì văn bản của người làm chứng hoặc giấy cam đoan về việc sinh"
    )
    fees = [
        {"item": "lệ phí / lần", "payable": 0, "base_confirmed": True},
        {"item": "phí / bản sao (nếu yêu cầu)", "payable": 16000, "base_confirmed": True},
    ]
    facts = ACCEPTANCE | {
        "components": [
            {"name": form, "form": "Tờ khai điện tử", "quantity": 1},
            {"name": born, "form": "Tệp điện tử", "quantity": 1},
        ],
        "fee_lines": fees,
        "fee_total": 16000,
    }
    with pikepdf.open(made(tmp_path, "acceptance_slip", facts)) as pdf:
        assert len(pdf.pages) == 1


def test_a_paper_never_fetches_from_disk_or_network(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("bí mật của máy chủ")
    pdf = to_pdf(
        f'<p>trang</p><img src="file://{secret}"><img src="http://127.0.0.1:9/x.png">'
        f'<link rel="attachment" href="file://{secret}">'
    )
    path = tmp_path / "page.pdf"
    path.write_bytes(pdf)
    assert told(path) == "trang"
    assert secret.read_bytes() not in pdf
    with pikepdf.open(path) as document:
        assert len(document.attachments) == 0
