"""Strings that a language lacks, so that they come in another one."""

from engagement.messages.rendering.copy import SHARED, strings
from engagement.messages.rendering.own_copy import OwnCopy
from engagement.messages.rendering.slots import PICTURE_ALT


def holes_of(*, template: str, language: str, own: OwnCopy) -> list[str]:
    """The texts of `template` that nobody has written in `language`: neither we nor the shop.

    A picture's words count once the mail has a picture that is told in any language.
    """
    _version, written = own.strings(template, language) or (0, {})
    there = {*(strings(template, language) or {}), *written}
    missing = [name for name in strings(template, "en") or {} if name not in there]
    told = any(
        text.content.get(PICTURE_ALT)
        for (key, code), text in own.texts.items()
        if key == template and code
    )
    if template != SHARED and own.look(template).get("picture_url") and told:
        missing += [] if written.get(PICTURE_ALT) else [PICTURE_ALT]
    return missing
