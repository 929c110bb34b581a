"""Which processes can be walked to their end: somebody signs, then somebody issues the result.

The walk is: steps of rising order; the head signs at the last step of the head; a step of the
last order issues the result, which only a signed dossier allows.
"""

from collections.abc import Iterable
from typing import NamedTuple

HEAD = "agency_head"
WORKERS = frozenset({"reception_clerk", "officer", "department_head", HEAD, "records_clerk"})
NO_HEAD = "Quy trình chưa có bước nào của lãnh đạo cơ quan, nên không ai ký được kết quả."


class StepValue(NamedTuple):
    """What the rule needs to know of a step."""

    order: int
    role: str
    name: str


def flaw_of(steps: Iterable[StepValue]) -> str:
    """Why no dossier could be walked through these steps to its end; empty when one can."""
    walk = sorted(steps)
    for step in walk:
        if step.role not in WORKERS:
            return f"Bước “{step.name}” giao cho vai trò không xử lý hồ sơ."
    signing = next((step for step in reversed(walk) if step.role == HEAD), None)
    if signing is None:
        return NO_HEAD
    beside = [step for step in walk if step.order == signing.order and step is not signing]
    if beside:
        return (
            f"Bước “{beside[0].name}” trùng thứ tự với bước ký “{signing.name}”; "
            "lãnh đạo phải ký riêng, sau khi các bước trước đã xong."
        )
    if signing.order == walk[-1].order:
        return (
            f"Bước ký “{signing.name}” đang là bước cuối; "
            "sau đó phải có một bước vào sổ, phát hành kết quả."
        )
    return ""
