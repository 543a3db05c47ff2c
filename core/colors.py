"""The brand's colours, moved just far enough that text in or on them can be read (WCAG 4.5:1)."""

import re
from functools import lru_cache

WHITE, BLACK, INK = "#ffffff", "#000000", "#1c1b1a"
READABLE = 4.5
_color = re.compile(r"#[0-9a-fA-F]{6}\Z")


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def luminance(color: str) -> float:
    """Relative luminance, WCAG 2.2."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in _channels(color))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21, WCAG 2.2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _mixed(color: str, with_color: str, share: float) -> str:
    pairs = zip(_channels(color), _channels(with_color), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _towards(color: str, *, on: str, target: str) -> str:
    for step in range(21):
        moved = _mixed(color, target, step / 20)
        if contrast(moved, on) >= READABLE:
            return moved
    return target


@lru_cache(maxsize=512)
def palette(primary: str, accent: str) -> dict[str, str]:
    """Colours of a mail from the store's two; a colour we cannot read falls back to ours."""
    primary = primary if _color.match(primary) else "#1f5d4c"
    accent = accent if _color.match(accent) else "#f2e9dc"
    if luminance(accent) < 0.6:  # the panel carries dark text
        accent = _mixed(accent, WHITE, 0.85)
    # One of the two always reaches 4.58, which a softer black would not.
    on_primary = WHITE if contrast(WHITE, primary) >= READABLE else BLACK
    return {
        "primary": primary,
        "on_primary": on_primary,
        "link": _towards(primary, on=accent, target=INK),
        "link_dark": _towards(primary, on="#2d2a27", target=WHITE),
        "panel": accent,
        "panel_dark": "#2d2a27",
    }
