"""What a posting entitles to in the admin."""

from collections.abc import Iterable

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from portal.accounts.models import Role, User

# The rooms an administrator keeps; what may be done there is narrowed by each admin page.
ROOMS = {
    Role.PROCEDURE_ADMIN: frozenset({"procedures", "payments", "calendars"}),
    Role.SYSTEM_ADMIN: frozenset({"accounts", "core"}),
}


class PostingBackend(BaseBackend):
    """Permissions from the postings a member of staff holds today; it signs nobody in."""

    def has_perm(self, user_obj: User | AnonymousUser, perm: str, obj: Model | None = None) -> bool:
        """Whether a posting of today covers the room of the permission."""
        return self.has_module_perms(user_obj, perm.partition(".")[0])

    def has_module_perms(self, user_obj: User | AnonymousUser, app_label: str) -> bool:
        """Whether a posting of today covers the room."""
        return app_label in set(_rooms_of(user_obj))


def _rooms_of(user: User | AnonymousUser) -> Iterable[str]:
    if isinstance(user, User) and user.is_active and user.is_staff:
        for posting in user.current_postings:
            yield from ROOMS.get(Role(posting.role), frozenset())
