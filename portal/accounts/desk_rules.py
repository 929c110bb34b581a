"""Who may do what at the account desk (Tài khoản cán bộ).

Heads look after the accounts of their own agencies, system administrators after all. Nobody
looks after their own account, heads never after whoever reaches beyond one agency, and what
would let one administrator act as another needs a second.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.accounts.models import ADMIN_ROLES, Agency, Posting, Role, User
from portal.core import clock

CONFIGURERS = (Role.PROCEDURE_ADMIN, Role.SYSTEM_ADMIN)  # the roles that open the configuration
OF_HEADS = tuple(role for role in Role if role not in ADMIN_ROLES)


def is_system_admin(actor: User) -> bool:
    """Whether the person administers the system today."""
    return bool(actor.agencies_as(Role.SYSTEM_ADMIN))


def people_of(actor: User) -> QuerySet[User]:
    """The accounts the person looks after; every other is as unknown as one that is not there.

    To a head: who serves at their agencies, and who served there last and nowhere now.
    """
    postings = Posting.objects.filter(user=OuterRef("pk"))
    live = postings.not_over(clock.today())
    if is_system_admin(actor):
        mine = Exists(postings) | Q(proposals__isnull=False) | Q(is_staff=True)
        return User.objects.filter(mine).distinct()
    agencies = actor.agencies_as(Role.AGENCY_HEAD)
    here = Exists(live.filter(agency_id__in=agencies))
    was_here = Exists(postings.filter(agency_id__in=agencies)) & ~Exists(live)
    return User.objects.filter(here | was_here)


def agencies_of(actor: User) -> QuerySet[Agency]:
    """The agencies where the person may give a posting."""
    agencies: QuerySet[Agency] = Agency.objects.valid_on(clock.today())
    if is_system_admin(actor):
        return agencies
    return agencies.filter(pk__in=actor.agencies_as(Role.AGENCY_HEAD))


def roles_of(actor: User) -> tuple[Role, ...]:
    """The roles the person may give, or propose."""
    return tuple(Role) if is_system_admin(actor) else OF_HEADS


def live_postings(user: User) -> QuerySet[Posting]:
    """What the person holds today or will hold."""
    rows: QuerySet[Posting] = Posting.objects.of(user.pk).not_over(clock.today())
    return rows


def reaches_beyond(user: User) -> bool:
    """Whether the person reaches beyond one agency, or will."""
    is_admin = live_postings(user).filter(role__in=ADMIN_ROLES).exists()
    return user.is_staff or user.is_superuser or is_admin


def may_place(actor: User, user: User, agency: Agency, role: str) -> bool:
    """Whether the person may give or take that role there; of a second one nothing is said."""
    if actor.pk == user.pk:
        return False
    return is_system_admin(actor) or (
        role in OF_HEADS and actor.serves(agency.pk, Role.AGENCY_HEAD)
    )


def may_keep_account(actor: User, user: User) -> bool:
    """Whether the person looks after the whole account: its password, its codes, its being open."""
    if actor.pk == user.pk:
        return False
    if is_system_admin(actor):
        return True
    elsewhere = live_postings(user).exclude(agency_id__in=actor.agencies_as(Role.AGENCY_HEAD))
    return not reaches_beyond(user) and not elsewhere.exists()
