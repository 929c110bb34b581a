"""`./run manage appoint_admin USER AGENCY`: a system administrator, made on the machine itself."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.accounts.models import Agency
from portal.accounts.services import appointing
from portal.core import clock


class Command(BaseCommand):
    help = (
        "Lập hoặc mở lại một tài khoản quản trị hệ thống: cho hai người đầu tiên, "
        "và khi không còn ai duyệt được. In mật khẩu lần đầu."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("agency", help="mã cơ quan trong danh mục")
        parser.add_argument("--full-name", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        agencies = Agency.objects.valid_on(clock.today())
        agency = agencies.filter(code=options["agency"]).first()
        if agency is None:
            raise CommandError(f"Không có cơ quan {options['agency']} hôm nay.")
        first = appointing.appoint_admin(options["username"], options["full_name"], agency)
        self.stdout.write(first)
