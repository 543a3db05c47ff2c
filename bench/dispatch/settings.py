"""The project's settings with the peers beside it; read by every process of this bench."""

import importlib.util
import os

from engagement.settings import *  # noqa: F403
from engagement.settings import INSTALLED_APPS, TEMPLATES

HAS_POST_OFFICE = importlib.util.find_spec("post_office") is not None
if HAS_POST_OFFICE:
    INSTALLED_APPS = [*INSTALLED_APPS, "post_office"]
TEMPLATES = [
    *TEMPLATES,
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "NAME": "post_office",
        "OPTIONS": {"builtins": ["bench.dispatch.filters"]},
    },
]
POST_OFFICE = {
    "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"},
    "BATCH_SIZE": 1000,
    "THREADS_PER_PROCESS": 5,
    "TEMPLATE_ENGINE": "post_office",
    "LOG_LEVEL": 0,
    "CELERY_ENABLED": False,
    "MESSAGE_ID_ENABLED": True,
    "MESSAGE_ID_FQDN": "after.example",
}
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ.get("BENCH_SMTP_PORT", "2525"))
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_USE_TLS = EMAIL_USE_SSL = False
LOG_LEVEL = "WARNING"
CELERY_TASK_IGNORE_RESULT = True
