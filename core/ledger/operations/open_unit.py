"""A store begins to count something."""

from core.ledger.models import Unit


def open_unit(*, store_id: int, code: str, currency: str = "") -> Unit:
    """The store's unit of that code, made where there is none yet. Inside the store's scope.

    `currency` (ISO 4217) says that amounts are its minor units; empty for points. A unit keeps the
    currency it was opened with; ValueError where another is asked for.
    """
    unit = Unit.objects.filter(store_id=store_id, code=code).first()
    if unit is None:
        fresh = Unit(store_id=store_id, code=code, currency=currency)
        made = Unit.objects.insert_new([fresh])
        unit = made[0] if made else Unit.objects.get(store_id=store_id, code=code)
    if unit.currency != currency:
        raise ValueError(f"Unit {code} is kept in {unit.currency or 'points'}.")
    return unit
