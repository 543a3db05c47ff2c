"""Errors for machines: RFC 9457 problem bodies, never HTML and never a traceback."""

from typing import Any

from django.http import JsonResponse


def problem(status: int, title: str, detail: str, **more: Any) -> JsonResponse:
    """An ``application/problem+json`` answer. `detail` says what was kept and what to do."""
    return JsonResponse(
        {"type": "about:blank", "title": title, "status": status, "detail": detail, **more},
        status=status,
        content_type="application/problem+json",
    )
