"""Would a filter take it for junk? SpamAssassin says so where it runs; else our own short list."""

import re
import shutil
import subprocess
from collections.abc import Iterator

from engagement.messages.rendering.lint.piece import Finding, Level, Piece

LIMIT = 2.0  # what our own list may reach; SpamAssassin's usual line is 5
# A word of any of our languages that filters and readers have learned to distrust, and its weight.
PHRASES: tuple[tuple[str, float], ...] = (
    (r"100 ?% (free|zdarma|zadarmo|brezplačno|ilmai)", 1.5),
    (r"\b(act now|click here|klikněte zde|kliknite sem|kliknite tukaj|klikkaa tästä)\b", 1.0),
    (r"\b(winner|you (have )?won|vyhráli jste|vyhrali ste|zadeli ste|olet voittanut)\b", 1.5),
    (r"\b(urgent|last chance|poslední šance|posledná šanca|zadnja priložnost|viimeinen)\b", 0.8),
    (r"\b(risk.free|no obligation|bez závazků|bez záväzkov|brez obveznosti|riskitön)\b", 1.0),
    (r"\b(guaranteed|garantovaně|garantovane|zajamčeno|taatusti)\b", 0.5),
    (r"\b(cash|earn money|vydělejte|zarobte|zaslužite|tienaa)\b", 0.8),
    (r"\b(viagra|casino|kasino|kazino|crypto|bitcoin)\b", 2.0),
    (r"\b(free|zdarma|zadarmo|brezplačno|ilmaiseksi)\b.*!", 0.5),
    (r"!{2,}", 1.0),
    (r"[€$£]{2,}", 1.0),
)


def check(piece: Piece) -> Iterator[Finding]:
    mail = piece.mails.get("full")
    if mail is None:
        return
    asked = spamassassin(piece.mime) if piece.mime else None
    if asked is not None:
        score, limit = asked
        level: Level = "warning" if score >= LIMIT else "note"
        yield Finding(level, f"SpamAssassin gives it {score:g} points; {limit:g} are junk.")
        return
    points, why = own_score("\n".join([mail.subject, *piece_texts(piece)]))
    told = f" ({', '.join(why)})" if why else ""
    yield Finding(
        "warning" if points >= LIMIT else "note",
        f"Our own list of suspicious words gives {points:g} points{told}; from {LIMIT:g} on it "
        "looks like junk. SpamAssassin is not installed here.",
    )


def piece_texts(piece: Piece) -> list[str]:
    """The mail's own words, without what the structure adds."""
    return [text for slot in piece.texts for text in piece.lines(slot)]


def own_score(text: str) -> tuple[float, list[str]]:
    """Points of our own list, and what they are for."""
    points, why = 0.0, []
    for pattern, weight in PHRASES:
        found = re.search(pattern, text, re.IGNORECASE)
        if found:
            points += weight
            why.append(f"“{found[0][:30]}”")
    words = [word for word in re.findall(r"[^\W\d_]{4,}", text) if "{" not in word]
    loud = [word for word in words if word.isupper()]
    if len(loud) >= 3 or text.splitlines()[0].isupper():
        points += 1.5
        why.append("many CAPITALS")
    return round(points, 1), why


def spamassassin(mime: bytes) -> tuple[float, float] | None:
    """SpamAssassin's score and limit through ``spamc``; None where there is none that answers."""
    spamc = shutil.which("spamc")
    if spamc is None:
        return None
    try:
        told = subprocess.run(  # noqa: S603 (the mail goes in by standard input)
            [spamc, "-c", "-x", "-t", "8"], input=mime, capture_output=True, timeout=10, check=False
        ).stdout.decode(errors="replace")
    except (subprocess.TimeoutExpired, OSError):
        return None
    found = re.match(r"\s*(-?[\d.]+)/([\d.]+)", told)
    # "0/0" is how spamc says that it reached nobody.
    return (float(found[1]), float(found[2])) if found and float(found[2]) else None
