"""System administrators made on the machine itself: the first ones, and when nobody can approve.

Whoever has a shell there could write into the database as well; this way leaves its lines in
the log.
"""

from django.db import transaction

from portal.accounts.desk_rules import live_postings
from portal.accounts.models import Agency, Role, User
from portal.accounts.services import desk, passwords, postings
from portal.core import clock


@transaction.atomic
def appoint_admin(username: str, full_name: str, agency: Agency) -> str:
    """The account administers the system; returns its first password. Its codes begin anew."""
    user, _is_new = User.objects.select_for_update().get_or_create(
        username=username, defaults={"full_name": full_name or username}
    )
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
    if not live_postings(user).filter(role=Role.SYSTEM_ADMIN, agency=agency).exists():
        postings.place(
            None,
            user,
            agency=agency,
            role=Role.SYSTEM_ADMIN,
            valid_from=clock.today(),
            valid_to=None,
        )
    desk.forget_codes(None, user, "appoint_admin")
    return passwords.give_first(None, user, "appoint_admin")
