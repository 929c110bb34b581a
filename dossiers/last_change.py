"""Who changed a dossier last, what and when: said to whoever saves on an older version."""

from django.utils.translation import gettext as _

from dossiers.models import Dossier
from dossiers.wording import EVENTS, moment_in_words

# Who holds a step changes nothing anybody could be typing about.
NO_CHANGE = ("claim", "release", "freed")


def last_change(dossier: Dossier, *, for_officer: bool) -> str:
    """One sentence about the newest change; applicants are told the agency, not the officer."""
    event = dossier.events.exclude(kind__in=NO_CHANGE).select_related("actor", "agency").last()
    if event is None or event.happened_at < dossier.changed_at:
        who = _("người nộp") if for_officer else _("bạn, ở thẻ hoặc máy khác")
        what, when = _("lưu nội dung đang khai"), dossier.changed_at
    else:
        what, when = str(EVENTS.get(event.kind, event.kind)), event.happened_at
        if event.actor_id == dossier.applicant_id:
            who = _("người nộp") if for_officer else _("bạn, ở thẻ hoặc máy khác")
        elif event.actor is not None and for_officer:
            who = event.actor.full_name
        else:
            who = str(event.agency or dossier.agency or _("Hệ thống"))
    return _("Thay đổi gần nhất: %(what)s – %(who)s, lúc %(when)s.") % {
        "what": what,
        "who": who,
        "when": moment_in_words(when),
    }
