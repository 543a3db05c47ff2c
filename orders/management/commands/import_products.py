"""`import_products FILE --store S --format shopify|woocommerce|csv|jsonl`."""

from orders.imports.command import ImportCommand
from orders.imports.formats import PRODUCTS
from orders.operations.import_products import import_products


class Command(ImportCommand):
    help = "Take products in from a file. Safe to repeat; nothing is sent because of it."
    formats = tuple(PRODUCTS)
    operation = staticmethod(import_products)
