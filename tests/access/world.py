"""Something of everything: what the addresses of the matrix name, and whose it is."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple
from uuid import uuid4

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from dossiers.keeping import kept_by
from dossiers.models import Attachment, Dossier, DossierStep
from dossiers.services.unmasking import masked_fields
from portal.accounts.models import CASE_ROLES, Role, User
from portal.accounts.services import proposing
from portal.core import clock
from portal.core.field_keys import keyed_hash
from portal.documents.models import Paper
from portal.documents.services import pictures, render
from portal.policy import CONFIGURATION, About
from portal.reports.demo.cast import CAST, province_office
from tests.cast import PROCEDURES, Cast, Person, picture
from tests.documents.sending import Sender, paper_of

NOBODYS = 999_999_999
LIVE, CLOSED, UNKNOWN = "live", "closed", "unknown"
CONTENT = picture().read()


class Route(NamedTuple):
    """One door: its name, its address with gaps, and how the gaps are called."""

    name: str
    address: str
    gaps: tuple[str, ...]


def routes() -> list[Route]:
    """Every door of the portal, from the resolver."""
    return list(_below(get_resolver().url_patterns, "", ""))


def _below(patterns: list[Any], address: str, space: str) -> Iterator[Route]:
    for each in patterns:
        here = address + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _below(
                each.url_patterns, here, f"{space}{each.namespace}:" if each.namespace else space
            )
        elif isinstance(each, URLPattern):
            name = f"{space}{each.name or ''}" if each.name or space else ""
            yield Route(name, here, tuple(each.pattern.converters) or _named(each))


def _named(pattern: URLPattern) -> tuple[str, ...]:
    groups = getattr(pattern.pattern, "regex", None)
    return tuple(groups.groupindex) if groups is not None else ()


class World:
    """An's dossiers, one under way and one that has ended, and all that hangs on them."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.draft = cast.an.drafts()
        self.things = {LIVE: self._under_way(), CLOSED: self._ended()}
        cast.scanner_looks()
        for attachment in Attachment.objects.select_related("file"):
            pictures.draw(attachment.file)
        for paper in Paper.objects.all():
            render(paper)
        self.proposal = proposing.propose_posting(
            cast.hoa.user, cast.chi.user, agency=province_office(), role=Role.AUDITOR,
            valid_from=clock.today(), valid_to=None, reason="Kiểm toán quý này.",
        )  # fmt: skip
        self.upload = Sender(cast.an).begin(self.draft, CONTENT)

    def _under_way(self) -> Dossier:
        dossier = self.cast.chi.receives(self.cast.an.submits())
        return self._names_khanh(self.cast.chi.forwards(dossier))

    def _ended(self) -> Dossier:
        cast = self.cast
        ended = cast.walks(cast.chi.receives(cast.an.submits()))
        return self._names_khanh(cast.chi.returns(cast.issuer(ended).resolves(ended)))

    def _names_khanh(self, dossier: Dossier) -> Dossier:
        """Khánh is named in it, so it is no business of his at the office."""
        named = keyed_hash(self.cast.khanh.identity_number)
        Dossier.objects.filter(pk=dossier.pk).update(party_hashes=[*dossier.party_hashes, named])
        dossier.refresh_from_db()
        return dossier

    @cached_property
    def people(self) -> list[tuple[str, Person | None]]:
        """Everybody of the cast, and somebody who has not signed in."""
        return [("", None), *((part.username, getattr(self.cast, part.username)) for part in CAST)]

    @cached_property
    def one_of_each_role(self) -> list[tuple[str, Person | None]]:
        """Enough where nobody's own things are named: what counts is what somebody serves as."""
        once = {part.posting: part.username for part in reversed(CAST)}
        return [each for each in self.people if not each[0] or each[0] in once.values()]

    def address(self, route: Route, state: str) -> str:
        """The address of a door to the things of that state."""
        found = "/" + route.address.replace("^", "").replace("$", "").replace("\\", "")
        for gap in route.gaps:
            value = str(self._value(route, gap, state))
            start, end = _gap(found, gap)
            found = found[:start] + value + found[end:]
        return found

    def _value(self, route: Route, gap: str, state: str) -> Any:
        if gap == "name" and route.name == "dossiers:show_full":
            return next(iter(masked_fields(self.things[CLOSED])))
        if gap == "code" and route.name in {"procedure", "procedures:show"}:
            return PROCEDURES["birth-registration"]
        if gap in FIXED:
            return FIXED[gap]
        if gap == "no":
            return paper_of(self.draft).no
        if state == UNKNOWN:
            return NOTHING_THERE.get(gap, NOBODYS)
        dossier = self.things[state]
        if gap == "pk":
            return self._key(route.name, dossier)
        if gap == "posting":
            return self.cast.chi.user.postings.get().pk
        if gap == "object_id":
            return self._row(route.name)
        return {
            "code": dossier.code, "token": dossier.link_token, "upload_id": self.upload,
            "public_id": self.upload, "dossier_id": self._for_api(route.name, dossier).public_id,
        }[gap]  # fmt: skip

    def _for_api(self, name: str, dossier: Dossier) -> Dossier:
        return self.draft if name in {"attachments", "submit"} else dossier

    def _key(self, name: str, dossier: Dossier) -> int:
        """Whose key a bare number is, by the name of the door."""
        files = dossier.attachments.order_by("pk")
        if name in {"dossiers:attachment", "dossiers:picture", "dossiers:thumbnail"}:
            return int(files[0].pk)
        if name == "dossiers:remove":
            return int(self.draft.attachments.get().pk)
        if name == "dossiers:my_file":
            return int(kept_by(self.cast.an.user)[0].file.pk)
        if name == "dossiers:paper":
            return int(Paper.objects.filter(reference=dossier.code).order_by("pk")[0].pk)
        if name in {"dossiers:claim", "dossiers:release"}:
            return int(dossier.steps.order_by("-pk")[0].pk)
        if name == "accounts:decide":
            return int(self.proposal.pk)
        return int(self.cast.chi.user.pk if name.startswith("accounts:") else self.draft.pk)

    def _row(self, name: str) -> Any:
        app, _, rest = name.partition(":")[2].partition("_")
        model = apps.get_model(app, rest.rpartition("_")[0]) if app in CONFIGURATION else User
        first = model._default_manager.order_by("pk").first()
        return first.pk if first else 1

    def is_theirs(self, person: Person | None, about: About, state: str) -> bool:
        """Whether the thing is one of theirs, said here from the rows and not by the portal."""
        if person is None:
            return about in {About.NOTHING, About.LINK}
        is_an = person.user == self.cast.an.user
        return {
            About.NOTHING: True,
            About.LINK: True,
            About.DRAFT: is_an,
            About.DOSSIER: is_an,
            About.OWN: is_an,
            About.CASE: self._handles(person, state),
            About.EITHER: is_an or self._handles(person, state),
            About.OVERSEEN: person.user.username in {"giamsat", "kiemtoan"},
            About.ACCOUNT: person.user.username in {"giang", "hoa", "hai"},
        }[about]

    def _handles(self, person: Person, state: str) -> bool:
        if person.user == self.cast.khanh.user:
            return False
        dossier = self.things[state]
        held = set(person.user.postings.values_list("agency_id", "role"))
        had_step = set(DossierStep.objects.filter(dossier=dossier).values_list("agency_id", "role"))
        wide = {(dossier.agency_id, role) for role in (Role.RECEPTION_CLERK, Role.AGENCY_HEAD)}
        return bool({pair for pair in held if pair[1] in CASE_ROLES} & (had_step | wide))


FIXED: dict[str, Any] = {
    "page": "nguoi-nop", "name": "thu.eml", "move": "forward",
    "word": "ngung", "app_label": "procedures", "content_type_id": 1, "url": "khong-co",
}  # fmt: skip
NOTHING_THERE: dict[str, Any] = {
    "code": "H61.101-261127-9999", "token": "0" * 32, "upload_id": uuid4().hex,
    "public_id": uuid4().hex, "dossier_id": uuid4(),
}  # fmt: skip


def _gap(address: str, name: str) -> tuple[int, int]:
    """Where the gap of that name stands, as `<int:name>` or `(?P<name>…)`."""
    if f"(?P<{name}>" in address:
        start = address.index(f"(?P<{name}>")
        return start, address.index(")", start) + 1
    end = address.index(f"{name}>") + len(name) + 1
    return address.rindex("<", 0, end), end
