"""The shop's public help page: returns policy, questions and answers, ways to reach a person."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from engagement.guides.help import answers_in
from engagement.portal.help.policy import policy_in
from engagement.portal.visit import Visit, page, portal_page


@portal_page
@require_safe
def help_page(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Everything that a customer may ask before they ask it. Public; two queries beside the store's."""
    fallback = visit.store.default_language
    return page(
        request,
        visit,
        "help.html",
        here="help",
        policy=policy_in(store=visit.store, language=visit.language),
        answers=answers_in(language=visit.language, fallback=fallback),
    )
