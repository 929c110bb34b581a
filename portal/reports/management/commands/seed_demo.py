"""`./run manage seed_demo [--cast]`: the demo cast and their dossiers, in demo mode only."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dossiers.models import Dossier
from portal.reports.demo.cast import as_rows, make_cast
from portal.reports.demo.walk import walk_dossiers


class Command(BaseCommand):
    help = "Tạo người và hồ sơ thử nghiệm; chỉ chạy ở chế độ thử nghiệm."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cast", action="store_true", help="in danh sách tài khoản (JSON)")
        parser.add_argument("--dossiers", type=int, default=200)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PORTAL_DEMO:
            raise CommandError("seed_demo chỉ chạy khi PORTAL_DEMO=1.")
        make_cast()
        if options["cast"]:
            self.stdout.write(json.dumps(as_rows(), ensure_ascii=False, indent=1))
            return
        is_seeded = (
            Dossier.objects.submitted().filter(applicant__username__startswith="dan-").exists()
        )
        sent = 0 if is_seeded else walk_dossiers(options["dossiers"])
        self.stdout.write(f"{sent} hồ sơ thử nghiệm mới")
