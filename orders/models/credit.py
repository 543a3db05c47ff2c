"""Movements of store credit, under a name of their own for lists and pages."""

from core.ledger.models import Movement


class CreditMovement(Movement):
    """A movement of the ledger whose unit is store credit."""

    class Meta:
        proxy = True
        verbose_name = "store credit"
        verbose_name_plural = "store credit"
