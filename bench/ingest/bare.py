"""The barest Django that does the same: check the same HMAC, insert the same bytes, answer.

One module is settings, addresses and view: no middleware, no sessions, no log, one table without
an index beside its key. The limit that the door is measured against.
"""

import base64
import hashlib
import hmac
import os
from typing import Any

import environ
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

SECRET_KEY = "bench"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "bench.ingest.bare"
INSTALLED_APPS: list[str] = []
MIDDLEWARE: list[str] = []
USE_TZ = True
DATABASES: dict[str, Any] = {"default": environ.Env().db("DATABASE_URL", default="sqlite://")}
DATABASES["default"]["CONN_MAX_AGE"] = None
LOGGING = {  # errors only
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"]},
}
TABLE = "CREATE TABLE IF NOT EXISTS bench_bare (id bigserial PRIMARY KEY, body bytea NOT NULL)"
SECRET = os.environ.get("BENCH_SECRET", "").encode()


@csrf_exempt
def take(request: HttpRequest, token: str) -> HttpResponse:
    """Keep one signed body."""
    body = request.body
    mine = base64.b64encode(hmac.new(SECRET, body, hashlib.sha256).digest()).decode()
    if not hmac.compare_digest(mine, request.headers.get("X-Shopify-Hmac-Sha256", "")):
        return HttpResponse(status=401)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_bare (body) VALUES (%s)", [body])
    return HttpResponse("kept")


urlpatterns = [path("hooks/shopify/<str:token>/", take)]
