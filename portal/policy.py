"""The access policy: one row for every route, and the only place that says who may come to it.

A row says which roles may come and whose things the address names. `portal/gate.py` refuses
whatever has no row; `tests/access` tries every row with everybody. Which object it is, and
whether it is theirs, each view asks its own scoped query; here stands what must come of it.
"""

from enum import StrEnum
from typing import NamedTuple

from portal.accounts.backends import ROOMS
from portal.accounts.models import CASE_ROLES, Role, Scope, User

ANYBODY, PERSON = "anybody", "person"
Who = frozenset[str]


class About(StrEnum):
    """Whose thing the address names; what is not theirs answers as if it did not exist."""

    NOTHING = "nothing"  # no object, or one everybody may see
    DRAFT = "draft"  # a draft of the person's own
    DOSSIER = "dossier"  # a dossier the person has sent
    CASE = "case"  # a dossier the officer's agency handles
    EITHER = "either"  # a dossier the person has sent, or one they handle
    OVERSEEN = "overseen"  # any dossier that was sent, to whoever watches over the province
    ACCOUNT = "account"  # an account the person keeps
    OWN = "own"  # anything else of the person's own: an upload, a stored file
    LINK = "link"  # whoever holds the long link


class Row(NamedTuple):
    """Who may come to one route, and whose things it names."""

    who: Who
    about: About = About.NOTHING


PUBLIC = Row(frozenset({ANYBODY}))
SIGNED_IN = Row(frozenset({PERSON}))
MY_DRAFT = Row(frozenset({PERSON}), About.DRAFT)
MY_DOSSIER = Row(frozenset({PERSON}), About.DOSSIER)
MINE = Row(frozenset({PERSON}), About.OWN)
HANDLING = Row(frozenset(CASE_ROLES))
CASE = Row(frozenset(CASE_ROLES), About.CASE)
EITHER = Row(frozenset({PERSON}), About.EITHER)
KEEPERS = frozenset({Role.AGENCY_HEAD, Role.SYSTEM_ADMIN})
DESK = Row(KEEPERS)
ACCOUNT = Row(KEEPERS, About.ACCOUNT)
OPERATING = Row(frozenset({Role.SYSTEM_ADMIN}))
CONFIGURING = Row(frozenset(ROOMS))
OVERSEERS = frozenset({Role.SUPERVISOR, Role.AUDITOR})
SERVING = Row(frozenset(Role))

# A route by its name; a route without a name by its address.
ROUTES: dict[str, Row] = {
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "metrics": PUBLIC,  # asks for a token or this very machine
    "schema": PUBLIC,
    "home": PUBLIC,
    "procedures:list": PUBLIC,
    "procedures:show": PUBLIC,
    "reports:progress": PUBLIC,
    "reports:progress_csv": PUBLIC,
    "calendars:deadlines": PUBLIC,
    "payments:quotes": PUBLIC,
    "procedures": PUBLIC,
    "procedure": PUBLIC,
    "statistics_summary": PUBLIC,
    "lookup": PUBLIC,  # code and look-up secret
    "dossiers:lookup": PUBLIC,
    "dossiers:track": Row(frozenset({ANYBODY}), About.LINK),
    "mailbox:list": PUBLIC,  # in demo mode only
    "mailbox:message": PUBLIC,
    "accounts:sign_in": PUBLIC,
    "accounts:code": PUBLIC,  # asks who stands at the door
    "accounts:enrol": PUBLIC,
    "accounts:new_password": PUBLIC,
    "accounts:turn_round": PUBLIC,
    "accounts:sign_out": PUBLIC,
    "identity:start": PUBLIC,
    "identity:back": PUBLIC,
    "identity:left": PUBLIC,
    "quan-tri/login/": PUBLIC,
    "quan-tri/logout/": PUBLIC,
    "quan-tri/password_change/": PUBLIC,
    "accounts:profile": SIGNED_IN,
    "accounts:password": SIGNED_IN,
    "accounts:sessions": SIGNED_IN,
    "accounts:end_sessions": SIGNED_IN,
    "accounts:change_phone": SIGNED_IN,
    "accounts:new_phone": SIGNED_IN,
    "accounts:paper_codes": SIGNED_IN,
    "log:mine": SIGNED_IN,
    "log:search": SERVING,
    "accounts:desk": DESK,
    "accounts:desk_make": DESK,
    "accounts:proposals": OPERATING,
    "accounts:decide": OPERATING,
    "accounts:desk_person": ACCOUNT,
    "accounts:desk_give": ACCOUNT,
    "accounts:desk_end": ACCOUNT,
    "accounts:desk_act": ACCOUNT,
    "operations:board": OPERATING,
    "operations:retry": OPERATING,
    "operations:drop": OPERATING,
    "dossiers:start": SIGNED_IN,
    "dossiers:mine": SIGNED_IN,
    "dossiers:trash": SIGNED_IN,
    "dossiers:my_files": SIGNED_IN,
    "dossiers:open_upload": SIGNED_IN,
    "dossiers:my_file": MINE,
    "documents:piece": MINE,
    "dossiers:take_back": MY_DRAFT,
    "dossiers:who": MY_DRAFT,
    "dossiers:papers": MY_DRAFT,
    "dossiers:form": MY_DRAFT,
    "dossiers:receiving": MY_DRAFT,
    "dossiers:review": MY_DRAFT,
    "dossiers:discard": MY_DRAFT,
    "dossiers:autosave": MY_DRAFT,
    "dossiers:reuse": MY_DRAFT,
    "dossiers:remove": MY_DRAFT,
    "dossiers:show": MY_DOSSIER,
    "dossiers:sent": MY_DOSSIER,
    "dossiers:supplement": MY_DOSSIER,
    "dossiers:withdraw": MY_DOSSIER,
    "dossiers:attachment": EITHER,
    "dossiers:picture": EITHER,
    "dossiers:thumbnail": EITHER,
    "dossiers:paper": EITHER,
    "dossiers:result": EITHER,
    "dossiers:queue": HANDLING,
    "dossiers:claim": CASE,
    "dossiers:release": CASE,
    "dossiers:work": CASE,
    "dossiers:show_full": CASE,
    "dossiers:move": CASE,
    "dossiers:overseeing": Row(OVERSEERS),
    "dossiers:oversee": Row(OVERSEERS, About.OVERSEEN),
    "dossiers": SIGNED_IN,
    "dossier": EITHER,
    "attachments": MY_DRAFT,
    "submit": MY_DRAFT,
    "moves": EITHER,
    "uploads": SIGNED_IN,
    "upload": MINE,
    "queue": HANDLING,
}
# What a bearer token must open for a route of the API: to look, and to change something.
SCOPES: dict[str, tuple[str, str]] = {
    "dossiers": (Scope.READ, Scope.WRITE),
    "dossier": (Scope.READ, Scope.WRITE),
    "attachments": (Scope.READ, Scope.WRITE),
    "submit": (Scope.READ, Scope.WRITE),
    "uploads": (Scope.READ, Scope.WRITE),
    "upload": (Scope.READ, Scope.WRITE),
    "queue": (Scope.HANDLE, Scope.HANDLE),
    "moves": (Scope.HANDLE, Scope.HANDLE),
}
# The rooms of the configuration, by the app whose tables they show.
CONFIGURATION: dict[str, Row] = {
    app: Row(frozenset(role for role, apps in ROOMS.items() if app in apps))
    for app in sorted({app for apps in ROOMS.values() for app in apps})
}
# Its own pages that belong to no room; our own doors stand before three more.
CONFIGURATION_PAGES = frozenset(
    {"index", "app_list", "autocomplete", "jsi18n", "view_on_site", "password_change_done", ""}
)
SHADOWED = frozenset({"login", "logout", "password_change"})


def row_of(route: str, name: str) -> Row | None:
    """The row of a route by its address and its full name; None: nobody may come."""
    space, _colon, rest = name.partition(":")
    if space != "admin" and not route.startswith("quan-tri/(?P<url>"):
        return ROUTES.get(name or route)
    if rest in SHADOWED:
        return PUBLIC
    if rest in CONFIGURATION_PAGES:
        return CONFIGURING
    return CONFIGURATION.get(rest.partition("_")[0])


def roles_of(user: object) -> Who:
    """What somebody is today: anybody, a person who is in, and each role they serve in."""
    if not (isinstance(user, User) and user.is_active):
        return frozenset({ANYBODY})
    return frozenset({ANYBODY, PERSON, *(posting.role for posting in user.current_postings)})
