"""The reasons that we ship, in five languages. A shop that writes its own list goes by that alone."""

from orders.models import ReturnPolicy, ReturnReason

# key, whether it is the shop's fault, whether a person looks at it, texts
SHIPPED: tuple[tuple[str, bool, bool, dict[str, str]], ...] = (
    (
        "too_small",
        False,
        False,
        {
            "en": "Too small",
            "cs": "Je to malé",
            "sk": "Je to malé",
            "sl": "Premajhno",
            "fi": "Liian pieni",
        },
    ),
    (
        "too_big",
        False,
        False,
        {
            "en": "Too big",
            "cs": "Je to velké",
            "sk": "Je to veľké",
            "sl": "Preveliko",
            "fi": "Liian suuri",
        },
    ),
    (
        "not_as_described",
        True,
        False,
        {
            "en": "Not as described or pictured",
            "cs": "Neodpovídá popisu nebo fotkám",
            "sk": "Nezodpovedá popisu alebo fotkám",
            "sl": "Ne ustreza opisu ali slikam",
            "fi": "Ei vastaa kuvausta tai kuvia",
        },
    ),
    (
        "damaged",
        True,
        False,
        {
            "en": "Arrived damaged or does not work",
            "cs": "Přišlo poškozené nebo nefunguje",
            "sk": "Prišlo poškodené alebo nefunguje",
            "sl": "Prispelo poškodovano ali ne deluje",
            "fi": "Saapui vaurioituneena tai ei toimi",
        },
    ),
    (
        "wrong_item",
        True,
        False,
        {
            "en": "Something else came",
            "cs": "Přišlo něco jiného",
            "sk": "Prišlo niečo iné",
            "sl": "Prispelo je nekaj drugega",
            "fi": "Sain väärän tuotteen",
        },
    ),
    (
        "came_late",
        True,
        False,
        {
            "en": "Came too late",
            "cs": "Přišlo pozdě",
            "sk": "Prišlo neskoro",
            "sl": "Prispelo prepozno",
            "fi": "Saapui liian myöhään",
        },
    ),
    (
        "changed_mind",
        False,
        False,
        {
            "en": "I changed my mind",
            "cs": "Rozmyslel(a) jsem si to",
            "sk": "Rozmyslel(a) som si to",
            "sl": "Premislil(a) sem si",
            "fi": "Muutin mieleni",
        },
    ),
    (
        "other",
        False,
        False,
        {
            "en": "Another reason",
            "cs": "Jiný důvod",
            "sk": "Iný dôvod",
            "sl": "Drug razlog",
            "fi": "Muu syy",
        },
    ),
)


def shipped_reasons(*, store_id: int) -> list[ReturnReason]:
    """Our reasons as rows of that store, unsaved."""
    return [
        ReturnReason(
            store_id=store_id,
            key=key,
            texts=dict(texts),
            is_our_fault=is_our_fault,
            is_looked_at=is_looked_at,
            position=position,
        )
        for position, (key, is_our_fault, is_looked_at, texts) in enumerate(SHIPPED)
    ]


def reasons_of(*, store_id: int, policy: ReturnPolicy | None = None) -> list[ReturnReason]:
    """The reasons to choose from, in their order; under `policy`, those that it takes. One query."""
    own = list(ReturnReason.objects.filter(store_id=store_id))
    rows = [row for row in own if row.is_active] if own else shipped_reasons(store_id=store_id)
    if policy is None or not policy.reasons:
        return rows
    return [row for row in rows if row.key in policy.reasons]
