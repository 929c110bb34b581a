"""Why a fee rule was not applied, in words a payer understands."""

from collections.abc import Iterable
from datetime import date

from payments.conditions import name_of

IN_BASE_FEE = "Mức thu đã tính theo quy định này, không giảm lần nữa."
NO_BASE = "Mức thu chưa được quy định nên chưa tính giảm được."
NOT_LOWER = "Không làm mức thu thấp hơn."
NOT_IN_GROUP = "Không thuộc diện áp dụng."
CHANNELS = {
    "truc_tiep": "nộp tại Bộ phận Một cửa",
    "truc_tuyen": "nộp trực tuyến",
    "buu_chinh": "nộp qua bưu chính",
}


def outside(valid_from: date, valid_to: date | None) -> str:
    """The dossier was sent before or after the rule's period."""
    start = f"Chỉ áp dụng cho hồ sơ nộp từ ngày {valid_from:%d/%m/%Y}"
    return f"{start}." if valid_to is None else f"{start} đến hết ngày {valid_to:%d/%m/%Y}."


def elsewhere(territory: str) -> str:
    """The rule holds in another place."""
    return f"Chỉ áp dụng tại {territory}."


def other_channel(channel: str) -> str:
    """The rule holds for another way of sending."""
    return f"Chỉ áp dụng khi {CHANNELS.get(channel, channel)}."


def missing(facts: Iterable[str]) -> str:
    """Nobody told the facts that would decide."""
    return f"Chưa có thông tin: {', '.join(name_of(fact) for fact in facts)}."


def exempted(basis: str) -> str:
    """Another rule takes the whole fee away."""
    return f"Khoản này đã được miễn theo {basis}."


def better(basis: str) -> str:
    """Another rule leaves as little or less to pay, and they do not add up."""
    return f"Đã áp dụng quy định có lợi nhất, không cộng dồn: {basis}."
