"""Settings under which `bin/lint_migrations` reads our migrations."""

from engagement.settings import *  # noqa: F403
from engagement.settings import INSTALLED_APPS as OURS

INSTALLED_APPS = [*OURS, "django_migration_linter"]
