"""What one system administrator proposed: another looks at it and decides."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.desk_rules import is_system_admin
from portal.accounts.models import AccountProposal
from portal.accounts.services import proposing
from portal.accounts.stepping_up import stepped_up
from portal.accounts.views.desk_gates import actor_of, at_desk
from portal.core.refusals import first_message

MOST = 100


@require_safe
@at_desk
def proposals(request: HttpRequest) -> HttpResponse:
    """What waits for a second administrator, and what was decided lately."""
    actor = actor_of(request)
    if not is_system_admin(actor):
        raise PermissionDenied("proposals")
    rows = AccountProposal.objects.select_related(
        "about", "agency", "proposed_by", "decided_by"
    ).order_by("-pk")
    waiting = rows.filter(state=AccountProposal.State.WAITING)[:MOST]
    context = {
        "waiting": [
            (each, actor.pk not in (each.proposed_by_id, each.about_id), actor.pk != each.about_id)
            for each in waiting
        ],
        "decided": rows.exclude(state=AccountProposal.State.WAITING)[:20],
    }
    return render(request, "accounts/desk/proposals.html", context)


@require_POST
@at_desk
@stepped_up
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or decline; a first password that comes of it is shown this once."""
    proposal = get_object_or_404(AccountProposal.objects.select_related("about"), pk=pk)
    actor = actor_of(request)
    try:
        if request.POST.get("quyet") == "duyet":
            if first := proposing.approve(actor, proposal.pk):
                context = {"person": proposal.about, "first": first}
                return render(request, "accounts/desk/first_password.html", context)
            messages.success(request, _("Đã duyệt và thực hiện."))
        else:
            proposing.decline(actor, proposal.pk)
            messages.success(request, _("Đã ghi là không duyệt."))
    except ValidationError as refused:
        messages.error(request, first_message(refused))
    return redirect("accounts:proposals")
