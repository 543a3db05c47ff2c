"""manage.py demo"""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from core.clock import real_now
from engagement.demo.report import told_of
from engagement.demo.seed import login_file, seed_demo
from engagement.demo.wipe import NotADemoShop
from engagement.demo.world import Shop


class Command(BaseCommand):
    help = "Fill two invented shops with a past that ends now: orders, parcels, delays, mails."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--customers", type=int, default=60, help="of both shops together (60)")
        parser.add_argument("--months", type=int, default=12, help="how long the past is (12)")
        parser.add_argument("--seed", type=int, default=1, help="another seed, another story (1)")
        parser.add_argument(
            "--fresh", action="store_true", help="throw the demo shops away and begin again"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["customers"] < 2 or options["months"] < 1:
            raise CommandError("The demo needs at least 2 customers and 1 month.")
        console = Console()
        with Progress(
            TextColumn("{task.description:<22}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            console=console,
        ) as progress:
            tasks: dict[str, Any] = {}

            def tell(shop: Shop, share: float) -> None:
                if shop.slug not in tasks:
                    tasks[shop.slug] = progress.add_task(str(shop.settings["name"]), total=1.0)
                progress.update(tasks[shop.slug], completed=share)

            try:
                shops = seed_demo(
                    customers=options["customers"],
                    months=options["months"],
                    seed=options["seed"],
                    fresh=options["fresh"],
                    now=real_now(),
                    tell=tell,
                )
            except NotADemoShop as error:
                raise CommandError(str(error)) from error
        for seeded in shops:
            self.stdout.write(told_of(seeded))
        if not any(seeded.is_new for seeded in shops):
            self.stdout.write("Both were there already; --fresh begins again.")
        self.stdout.write(f"\nDashboard   {settings.SITE_URL}/admin/")
        if login_file().exists():
            email, password = login_file().read_text(encoding="utf-8").split()
            self.stdout.write(f"Login       {email}   password {password}")
            self.stdout.write(f"            (also in {login_file()})")
