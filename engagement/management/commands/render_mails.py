"""``render_mails``: every mail × language × sample as files, and a sheet to look at them all."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.clock import now as store_now
from core.stores.models import Store
from engagement.flows.context.shop import store_data
from engagement.messages.operations.write_sample import write_sample
from engagement.messages.rendering.broken import TemplateBroken
from engagement.messages.rendering.contact_sheet import NotDrawn, draw, write_sheet
from engagement.messages.rendering.copy import languages_of
from engagement.messages.rendering.samples import KEYS, SAMPLES


class Command(BaseCommand):
    help = "Write every mail with sample data as .eml, .html and .txt, and a contact sheet."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--out", required=True, type=Path, help="A folder; made if missing.")
        parser.add_argument("--store", default="", help="Use this store's brand (slug).")
        parser.add_argument("--no-pictures", action="store_true", help="No PNG of the sheet.")

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        store, brand = self._store(options["store"])
        out.mkdir(parents=True, exist_ok=True)
        written = []
        try:
            for template in KEYS:
                for language in languages_of(template):
                    for sample in SAMPLES:
                        email, rendered = write_sample(
                            template=template,
                            language=language,
                            sample=sample,
                            store=store,
                            store_data=brand,
                            to="jana@mail.example",
                            now=store_now(store),
                        )
                        name = f"{template}.{language}.{sample}"
                        (out / f"{name}.eml").write_bytes(email.message().as_bytes())
                        (out / f"{name}.html").write_text(rendered.html, encoding="utf-8")
                        (out / f"{name}.txt").write_text(rendered.text, encoding="utf-8")
                        written.append((name, rendered))
        except TemplateBroken as error:
            raise CommandError(error.detail) from error
        sheet = write_sheet(out=out, mails=written)
        self.stdout.write(f"{len(written)} mails in {out}; look at {sheet}.")
        if not options["no_pictures"]:
            try:
                for picture in draw(out=out, mails=written):
                    self.stdout.write(f"Contact sheet: {picture}.")
            except NotDrawn as error:
                self.stdout.write(f"No picture: {error}")

    def _store(self, slug: str) -> tuple[Store, Any]:
        if not slug:
            sample = Store(
                name="Lipa",
                slug="lipa",
                sender_name="Lipa",
                sender_email="hello@lipa.example",
                reply_to="care@lipa.example",
            )
            return sample, None
        store = Store.objects.filter(slug=slug).first()
        if store is None:
            raise CommandError(f"There is no store “{slug}”; nothing was written.")
        return store, store_data(store)
