"""`import_products FILE --store S --format shopify|woocommerce|csv|jsonl`."""

from orders.imports.command import ImportCommand


class Command(ImportCommand):
    help = "Take products in from a file. Safe to repeat; nothing is sent because of it."
    kind = "products"
