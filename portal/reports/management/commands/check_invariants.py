"""`./run manage check_invariants [--json]`: exit 0 when everything holds."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from portal.reports.invariants import CHECKS, broken


class Command(BaseCommand):
    help = "Kiểm tra các điều phải luôn đúng; nêu tên từng dòng sai."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        found = broken()
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {"ok": not found, "checks": list(CHECKS), "broken": found}, ensure_ascii=False
                )
            )
        else:
            for name, rows in found.items():
                for row in rows:
                    self.stderr.write(f"{name}: {row}")
            self.stdout.write(f"{len(CHECKS) - len(found)}/{len(CHECKS)} điều đúng")
        if found:
            sys.exit(1)
