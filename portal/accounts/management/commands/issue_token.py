"""`./run manage issue_token USER --scope dossiers:read …`: prints a bearer token, this once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.accounts.models import Scope, User
from portal.accounts.services import tokens

LONGEST_DAYS = 365


class Command(BaseCommand):
    help = "Cấp một mã truy cập cho chương trình làm thay một người; mã chỉ in ra lần này."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--scope", nargs="+", action="extend", choices=Scope.values, default=[])
        parser.add_argument("--days", type=int, default=90, help=f"1–{LONGEST_DAYS} ngày")
        parser.add_argument("--revoke", action="store_true", help="thu hồi mọi mã, không cấp mới")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"Không có tài khoản {options['username']} đang mở.")
        if options["revoke"]:
            self.stdout.write(f"Đã thu hồi {tokens.revoke_all(user)} mã.")
            return
        if not options["scope"]:
            raise CommandError("Phải nêu ít nhất một --scope.")
        if not 1 <= options["days"] <= LONGEST_DAYS:
            raise CommandError(f"--days phải từ 1 đến {LONGEST_DAYS}.")
        self.stdout.write(tokens.issue(user, options["scope"], options["days"]))
