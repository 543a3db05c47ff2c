"""Where a buyer may withdraw from a contract made at a distance, and for how long."""

# Directive 2011/83/EU (art. 9) in the EU and the EEA; the Consumer Contracts Regulations 2013 in Britain.
WITHDRAWAL = frozenset(
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO GB".split()  # noqa: SIM905 (a table)
)
WITHDRAWAL_DAYS = 14
REFUND_DAYS = 14  # after the withdrawal was told, art. 13(1)
