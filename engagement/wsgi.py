"""The WSGI door for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "engagement.settings")

application = get_wsgi_application()

from engagement.hung_database import watch  # noqa: E402 (Django must be set up)

watch()
