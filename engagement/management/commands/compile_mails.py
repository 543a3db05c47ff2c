"""``compile_mails``: MJML structures into the HTML that is kept beside them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from engagement.messages.rendering.broken import TemplateBroken
from engagement.messages.rendering.compile import compile_all, outdated


class Command(BaseCommand):
    help = "Compile the structures of all mails (templates/emails/*/structure.mjml)."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--check", action="store_true", help="Change nothing; fail if needed.")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        try:
            stale = outdated() if check else compile_all()
        except TemplateBroken as error:
            raise CommandError(error.detail) from error
        if check and stale:
            raise CommandError(f"Not current: {', '.join(stale)}. Run: manage.py compile_mails")
        self.stdout.write(f"Compiled: {', '.join(stale)}." if stale else "All mails are current.")
