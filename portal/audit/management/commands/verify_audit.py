"""`./run manage verify_audit`: exit 0 when the log is whole; names each row that is not."""

from argparse import ArgumentParser
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.audit import chain
from portal.audit.models import Link
from portal.audit.verifying import faults


class Command(BaseCommand):
    help = "Kiểm tra nhật ký: dòng nào bị sửa, bị xóa hay chen vào thì nêu tên dòng đó."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--most", type=int, default=1000, help="nêu nhiều nhất bấy nhiêu lỗi")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(islice(faults(), options["most"]))
        for fault in found:
            self.stdout.write(fault)
        if found:
            raise CommandError(f"Nhật ký có {len(found)} chỗ sai.")
        sealed = chain.seal()
        self.stdout.write(
            f"Nhật ký nguyên vẹn: {Link.objects.count()} dòng trong chuỗi, {sealed} dòng mới niêm."
        )
