"""What four papers of one invented dossier say."""

from typing import Any

COMMON: dict[str, Any] = {
    "agency_name": "UBND xã Bình An",
    "parent_name": "UBND tỉnh Cổ Chiên",
    "place": "Bình An",
    "code": "H99.15-261110-0042",
    "lookup_secret": "K7M2Q4WX",  # pragma: allowlist secret
    "lookup_url": "http://127.0.0.1:8000/theo-doi/abcdefghijklmnopqrstuv",
    "owner_name": "Nguyễn Thị Hạnh",
    "submitter_name": "Nguyễn Văn Ưng",
    "address": "Ấp Tân Lộc, xã Bình An, tỉnh Cổ Chiên",
    "phone": "0000 000 000",
    "email": "hanh@example.vn",
    "procedure_name": "Cấp giấy phép xây dựng mới đối với nhà ở riêng lẻ",
    "return_method": "Qua bưu chính, tại nhà",
    "written_on": "2026-02-05",
    "officer_name": "Đặng Hoài Nam",
    "officer_phone": "0000 111 222",
}
ACCEPTANCE = COMMON | {
    "components": [
        {"name": "Đơn đề nghị cấp giấy phép", "form": "Tờ khai điện tử", "quantity": 1},
        {"name": "Giấy chứng nhận quyền sử dụng đất", "form": "Tệp điện tử", "quantity": 1},
        {"name": "Bản vẽ thiết kế xây dựng", "form": "Tệp điện tử", "quantity": 3},
    ],
    "sets": 1,
    "legal_time": "15 ngày làm việc",
    "accepted_at": "2026-02-05T00:35:00+00:00",
    "due_at": "2026-03-09T16:30:00+07:00",
    "fee_lines": [{"item": "Lệ phí cấp giấy phép", "payable": 37500, "base_confirmed": True}],
    "fee_total": 37500,
    "receiver_name": "Đặng Hoài Nam",
    "receiver_phone": "0000 111 222",
    "book_no": "02/2026",
    "entry_no": "0042",
}
SUPPLEMENT = COMMON | {
    "items": [
        {"name": "Bản vẽ thiết kế xây dựng", "what": "Nộp lại bản có chữ ký"},
        {"name": "Thửa đất: Số tờ bản đồ", "what": "Sửa nội dung khai"},
    ],
    "reason": "Bản vẽ mờ, chữ <không> đọc được & thiếu kích thước.",
    "due_on": "2026-03-05",
}
REFUSAL = COMMON | {
    "reason": "Thửa đất nằm trong hành lang bảo vệ đường thủy.",
    "legal_basis": "Luật Xây dựng, Điều 93",
}
SENTENCE = "Đường trong ấp xuống cấp, người già khó đi: ế ữ ặ ợ ỹ Ằ Ỗ Ự. "
SUBMISSION = COMMON | {
    "submitted_at": "2026-02-04T17:30:00+00:00",
    "sections": [
        {
            "title": f"Phần {part}",
            "rows": [{"label": f"Mục {part}.{row}", "value": SENTENCE * 6} for row in range(10)],
        }
        for part in range(1, 7)
    ],
    "attachments": [
        {"name": "bản_vẽ_" * 20 + ".pdf", "component": "Bản vẽ thiết kế", "size": 1234567}
    ],
}
