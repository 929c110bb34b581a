"""`./run manage sweep`: every periodic duty once, now."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from dossiers.services import sweeping, unfinished
from portal.accounts.services import ending
from portal.audit import chain
from portal.core import idempotency, limits, outbox
from portal.documents.services import sweeping as files


class Command(BaseCommand):
    help = "Làm ngay một lượt mọi việc định kỳ."

    def handle(self, *args: Any, **options: Any) -> None:
        done = sweeping.tick() | unfinished.look_after_drafts()
        done["effects"] = outbox.sweep()
        done |= files.sweep() | files.tidy()
        done["log_sealed"] = chain.seal()
        done["counts_forgotten"] = limits.forget_old()
        done["sessions_forgotten"] = ending.forget_ended()
        done["answers_forgotten"] = idempotency.forget_expired()
        done["effects_forgotten"] = outbox.forget_done()
        self.stdout.write(json.dumps(done))
