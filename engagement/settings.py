"""Settings from the environment.

Nothing set means a laptop: SQLite under ``var/``, no broker, mails into the local mailbox.
``ENVIRONMENT=production`` refuses to start without ``SECRET_KEY`` and ``SITE_URL``.
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured

from core.logs import configure_structlog, logging_config
from core.secrets import kept_key, refuse_bad_keys
from engagement.beat import BEAT_SCHEDULE
from engagement.dashboard.look import UNFOLD as DASHBOARD_LOOK

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
ENVIRONMENT = env.str("ENVIRONMENT", default="local")
PRODUCTION = ENVIRONMENT == "production"
if ENVIRONMENT not in {"local", "production"}:
    raise ImproperlyConfigured("ENVIRONMENT must be 'local' or 'production'.")
DEBUG = env.bool("DEBUG", default=False)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG cannot be on when ENVIRONMENT=production.")

# --- keys and addresses ---------------------------------------------------------------------------

SECRET_KEY = env.str("SECRET_KEY", default="")
# Earlier keys, for ever: links in mails and the hashes of those who left were made with them.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SITE_URL = env.str("SITE_URL", default="").rstrip("/")
CREDENTIALS_KEYS = env.list("CREDENTIALS_KEY", default=[])
if PRODUCTION:
    for name, value in (("SECRET_KEY", SECRET_KEY), ("SITE_URL", SITE_URL)):
        if not value:
            raise ImproperlyConfigured(
                f"{name} is not set. A production start needs it; see docs/operate.md."
            )
    if not CREDENTIALS_KEYS:
        raise ImproperlyConfigured(
            "CREDENTIALS_KEY is not set. It encrypts webhook secrets and mail credentials; "
            "make one with: python -c 'from cryptography.fernet import Fernet; "
            "print(Fernet.generate_key().decode())'"
        )
    if not SITE_URL.startswith("https://"):
        raise ImproperlyConfigured("SITE_URL must start with https:// in production.")
else:
    SECRET_KEY = SECRET_KEY or kept_key(VAR_DIR / "secret_key")
    SITE_URL = SITE_URL or "http://127.0.0.1:8000"
    CREDENTIALS_KEYS = CREDENTIALS_KEYS or [kept_key(VAR_DIR / "credentials_key", fernet=True)]

refuse_bad_keys(CREDENTIALS_KEYS)
site_host = urlsplit(SITE_URL).hostname or "localhost"
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS",
    default=[site_host] if PRODUCTION else [site_host, "localhost", "127.0.0.1", "[::1]"],
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# --- apps -----------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "engagement.dashboard.admin_app.DashboardAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "ninja",  # its own Swagger files, so that /api/v1/docs asks no other host
    "anymail",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "core.stores",
    "core.events",
    "core.files",
    "core.audit",
    "core.ledger",
    "core.limits",
    "orders",
    "loyalty",
    "referrals",
    "reviews",
    "support",
    "engagement",
    "engagement.preferences",
    "engagement.segments",
    "engagement.guides",
    "engagement.messages",
    "engagement.flows",
    "engagement.insight",
    "engagement.desk",
    "engagement.portal",
    "engagement.dashboard",
]
AUTH_USER_MODEL = "stores.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "engagement.hooks_first.HooksFirstMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "engagement.health.DatabaseAwayMiddleware",
    "engagement.odd_cookies.OddCookiesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "engagement.dashboard.current_store.CurrentStoreMiddleware",
]
ROOT_URLCONF = "engagement.urls"
WSGI_APPLICATION = "engagement.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

# --- the spine ------------------------------------------------------------------------------------

EVENT_WIRING = "engagement.wiring.WIRING"
PRIVACY_PARTS = "engagement.privacy.PARTS"
SEND_RULES = "engagement.flows.rules.RULES"
# A dead worker's notices and reactions rest so long; with the sweep they are back within a minute.
WORK_LEASE_SECONDS = env.float("WORK_LEASE_SECONDS", default=30)
# Addresses that merchants type in may lie in our own network, and be http: for a shop on the same
# machine or behind the same wall. Whoever may enter addresses then reaches everything in there.
OUTBOUND_TO_PRIVATE = env.bool("OUTBOUND_TO_PRIVATE", default=False)

# --- database -------------------------------------------------------------------------------------

DATABASES = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'afterglow.sqlite3'}")
}
ON_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if ON_SQLITE:
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    # FULL, not NORMAL: the mark before a mail is handed over must survive a power cut.
    DATABASES["default"]["OPTIONS"] = {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        {
            "connect_timeout": 5,
            # A server whose machine or network is gone is noticed within half a minute.
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 20000,
            "options": "-c statement_timeout=15000 -c idle_in_transaction_session_timeout=30000",
        }
    )

# Longer than a statement may last: whoever still waits then, waits for a server that hangs.
DATABASE_HANGS_AFTER_SECONDS = 20

# --- broker: hints only ---------------------------------------------------------------------------

REDIS_URL = env.str("REDIS_URL", default="")
CELERY_BROKER_URL = REDIS_URL or None
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "chores"
CELERY_TASK_ACKS_LATE = False  # a lost hint costs seconds; a repeated one costs work
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "max_retries": 0,
}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- mail -----------------------------------------------------------------------------------------

EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
    EMAIL_BACKEND = env.str("EMAIL_BACKEND", default=EMAIL_BACKEND)  # type: ignore[has-type] # noqa: F821
else:
    EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="")
    if PRODUCTION and not EMAIL_BACKEND:
        raise ImproperlyConfigured(
            "Neither EMAIL_URL nor EMAIL_BACKEND is set: mails would go into the local mailbox and "
            "reach nobody. If that is wanted, say EMAIL_BACKEND="
            "engagement.messages.localbox.backend.EmailBackend."
        )
    EMAIL_BACKEND = EMAIL_BACKEND or "engagement.messages.localbox.backend.EmailBackend"
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=15)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"afterglow@{site_host}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
ANYMAIL = {
    "WEBHOOK_SECRET": env.str("ANYMAIL_WEBHOOK_SECRET", default=None),
    "IGNORE_UNSUPPORTED_FEATURES": True,
    "REQUESTS_TIMEOUT": 15,
    **{
        key.removeprefix("ANYMAIL_"): value
        for key, value in env.ENVIRON.items()
        if key.startswith("ANYMAIL_") and key != "ANYMAIL_WEBHOOK_SECRET"
    },
}

# --- people ---------------------------------------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/admin/login/"
LOGIN_REDIRECT_URL = "/admin/"  # Unfold's login form forgets where one wanted to go
# Tries are counted by core.limits, which never makes anybody wait after a single slip.
OTP_TOTP_THROTTLE_FACTOR = 0
OTP_STATIC_THROTTLE_FACTOR = 0
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

# How many proxies of ours stand before the web process; 0 believes no forwarding header at all.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# --- web ------------------------------------------------------------------------------------------

DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
# Not "no-referrer": browsers then post forms with "Origin: null", which no CSRF check can accept.
# Pages whose address is a secret (/u/…) say "no-referrer" themselves.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"  # the mail preview asks for SAMEORIGIN itself
if PRODUCTION:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-afterglow"
    CSRF_COOKIE_NAME = "__Host-afterglow-csrf"
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^health/"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

# Strict everywhere; `engagement/dashboard` loosens it for the admin, which Unfold needs.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "https:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
        "form-action": [SELF],
    }
}
ADMIN_CONTENT_SECURITY_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_EVAL, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "https:"],
    "object-src": [NONE],
    "base-uri": [NONE],
}

UNFOLD = DASHBOARD_LOOK

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles" if PRODUCTION else VAR_DIR / "static"
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # or whitenoise warns at every start
STATICFILES_DIRS = [BASE_DIR / "engagement" / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
STORAGES = {
    "default": {"BACKEND": "core.files.storage.PrivateStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_ROOT = VAR_DIR / "files"
MEDIA_URL = ""

# --- language and time ----------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("cs", "Čeština"),
    ("sk", "Slovenčina"),
    ("sl", "Slovenščina"),
    ("fi", "Suomi"),
]
LOCALE_PATHS = [BASE_DIR / "engagement" / room for room in ("locale", "portal/locale")]
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["engagement.formats"]
TIME_ZONE = "UTC"

# --- logs -----------------------------------------------------------------------------------------

METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # an address is personal data
LOGGING = logging_config(
    level=env.str("LOG_LEVEL", default="INFO"),
    as_json=env.bool("LOG_JSON", default=PRODUCTION),
    # Two lines a request are for production; a laptop sees warnings only.
    requests="INFO" if PRODUCTION else "WARNING",
)
configure_structlog()
