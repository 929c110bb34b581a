"""Reads of the rules about fees."""

from typing import Self

from django.db.models import Q

from portal.core.querysets import DatedQuerySet

EVERY_PROCEDURE = "*"


class FeeReductionQuerySet(DatedQuerySet):
    """Rules about fees, valid by date."""

    def about_money(self) -> Self:
        """Rules that change an amount, not a time."""
        return self.exclude(kind="processing_days").exclude(fee_kind="none")

    def for_procedure(self, code: str) -> Self:
        """Rules that name the procedure, or all procedures."""
        return self.filter(procedures__overlap=[code, EVERY_PROCEDURE])

    def speaking(self) -> Self:
        """Rules that apply, and rules that explain an amount already set."""
        return self.filter(Q(is_enabled=True) | Q(is_in_base_fee=True))
