"""Products, variants and categories. The shop owns them; only after-sale settings are ours."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from engagement.dashboard.amounts import money
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.moved import move_planned
from engagement.dashboard.panels import AT_MOST, Panel
from orders.models import Category, Product, Variant

FALLBACK = "Empty: the category decides, then the store."


class TimedAdmin(StoreAdmin):
    """Saving moves the planned mails whose time depends on what changed, and says how many."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        move_planned(request, changed=form.changed_data)


@admin.register(Category)
class CategoryAdmin(TimedAdmin):
    area = "catalog"
    empty_words = "Categories come with the products of your shop."
    search_fields = ("name",)
    found_by_index = search_fields
    ordering = ("name",)
    list_display = ("name", "review_delay_days", "replenish_after_days")
    editable = ("review_delay_days", "replenish_after_days")
    fieldsets = ((None, {"fields": ("name", "review_delay_days", "replenish_after_days")}),)


@admin.register(Product)
class ProductAdmin(TimedAdmin):
    area = "catalog"
    empty_words = "Products come with orders, with product webhooks, or by import_products."
    search_fields = ("title",)
    found_by_index = search_fields  # goods are thousands, not millions
    search_help_text = "Beginning of the title"
    ordering = ("title", "id")
    list_display = ("title", "category", "review_delay_days", "replenish_after_days", "in_shop")
    list_filter = ("is_reviewable",)
    list_select_related = ("category",)
    editable = (
        *("category", "review_delay_days", "replenish_after_days", "is_reviewable"),
        "return_rule",
    )
    autocomplete_fields = ("category",)
    fieldsets = (
        (None, {"fields": ("title", "url", "image_url", "source", "external_id", "in_shop")}),
        (
            "After the sale",
            {
                "description": FALLBACK,
                "fields": (
                    "category",
                    "review_delay_days",
                    "replenish_after_days",
                    "is_reviewable",
                    "return_rule",
                ),
            },
        ),
    )

    @display(description="In the shop", boolean=True)
    def in_shop(self, product: Product) -> bool:
        return product.deleted_at is None

    def panels(self, request: HttpRequest, row: Product) -> Iterable[Panel]:
        currency = request.store.currency  # type: ignore[attr-defined]
        yield Panel(
            title="Variants",
            heads=("Variant", "SKU", "Pack of", "Price"),
            rows=[
                (
                    variant.title or "The only one",
                    variant.sku,
                    variant.pack_size,
                    "–" if variant.price_minor is None else money(variant.price_minor, currency),
                )
                for variant in row.variants.order_by("id")[:AT_MOST]
            ],
            empty="No variants are known.",
        )


@admin.register(Variant)
class VariantAdmin(TimedAdmin):
    area = "catalog"
    search_fields = ("sku",)
    found_by_index = search_fields
    search_help_text = "Beginning of the SKU"
    ordering = ("sku", "id")
    list_display = ("__str__", "sku", "pack_size")
    list_select_related = ("product",)
    editable = ("pack_size",)
    fieldsets = ((None, {"fields": ("product", "title", "sku", "pack_size")}),)
