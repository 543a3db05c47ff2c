"""All mails side by side, for people to look at."""

import html
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from engagement.messages.rendering.render import Rendered

Mail = tuple[str, Rendered]


class NotDrawn(Exception):
    """No picture could be made; the mails themselves are all there."""


WIDTH, HEIGHT, COLUMNS = 390, 1500, 6
STYLE = """
body { margin: 0; padding: 12px; background: #8a857d; font: 13px/1.4 Helvetica, Arial, sans-serif; }
main { display: grid; grid-template-columns: repeat(auto-fill, 390px); gap: 16px; }
figure { margin: 0; background: #fff; }
figcaption { padding: 8px 12px; height: 56px; overflow: hidden; }
figcaption b { display: block; }
iframe { width: 390px; border: 0; display: block; }
"""


def _page(mails: Sequence[Mail], *, height: int) -> str:
    figures = "\n".join(
        f"<figure><figcaption><b>{html.escape(mail.subject)}</b>"
        f'<a href="{name}.html">{name}</a> <a href="{name}.txt">text</a></figcaption>'
        f'<iframe src="{name}.html" height="{height}" sandbox title="{name}"></iframe></figure>'
        for name, mail in mails
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>All mails</title>'
        f"<style>{STYLE}</style><main>{figures}</main></html>\n"
    )


def write_sheet(*, out: Path, mails: Sequence[Mail]) -> Path:
    """``index.html`` with a frame per mail at phone width."""
    target = out / "index.html"
    target.write_text(_page(mails, height=760), encoding="utf-8")
    return target


def draw(*, out: Path, mails: Sequence[Mail], timeout: int = 120) -> list[Path]:
    """``contact-sheet.<language>.png`` of the full samples, one per language: Chromium draws no picture
    higher than 16,384 pixels. Raises `NotDrawn` in words."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        raise NotDrawn("Chromium is not installed here.")
    drawn = []
    for language in sorted({name.split(".")[1] for name, _ in mails}):
        shown = [mail for mail in mails if mail[0].endswith(f".{language}.full")]
        target = out / f"contact-sheet.{language}.png"
        _draw(browser=browser, out=out, target=target, mails=shown, timeout=timeout)
        drawn.append(target)
    return drawn


def _draw(*, browser: str, out: Path, target: Path, mails: Sequence[Mail], timeout: int) -> None:
    rows = -(-len(mails) // COLUMNS)
    page = out / ".sheet.html"
    page.write_text(_page(mails, height=HEIGHT), encoding="utf-8")
    with tempfile.TemporaryDirectory() as profile:
        try:
            subprocess.run(  # noqa: S603 (our own arguments)
                [
                    browser,
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--hide-scrollbars",
                    f"--user-data-dir={profile}",
                    f"--window-size={COLUMNS * (WIDTH + 16) + 24},{rows * (HEIGHT + 88) + 24}",
                    f"--screenshot={target}",
                    page.resolve().as_uri(),
                ],
                capture_output=True,
                timeout=timeout,
                check=True,
            )
        except (subprocess.SubprocessError, OSError) as error:
            raise NotDrawn(f"Chromium could not draw {target.name}: {error}") from error
        finally:
            page.unlink(missing_ok=True)
    if not target.is_file():
        raise NotDrawn(f"Chromium drew nothing into {target.name}.")
