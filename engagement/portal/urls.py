"""The customer's own pages of one store."""

from django.urls import path

from engagement.portal.changes.views import change
from engagement.portal.credit import views as credit
from engagement.portal.entry import views as entry
from engagement.portal.guides import views as guides
from engagement.portal.help.views import help_page
from engagement.portal.orders import views as orders

app_name = "portal"

urlpatterns = [
    path("", entry.door, name="door"),
    path("digits/<uuid:public_id>/", entry.digits, name="digits"),
    path("enter/<str:token>/", entry.enter, name="enter"),
    path("again/", entry.again, name="again"),
    path("leave/", entry.leave, name="leave"),
    path("o/<str:token>/", orders.by_link, name="order_by_link"),
    path("o/<str:token>/papers/<uuid:public_id>/", orders.paper_by_link, name="paper_by_link"),
    path("help/", help_page, name="help"),
    path("guides/<uuid:public_id>/", guides.guide, name="guide"),
    path("guides/<uuid:public_id>/files/<uuid:file_id>/", guides.guide_file, name="guide_file"),
    path("credit/", credit.overview, name="credit"),
    path("orders/", orders.every, name="orders"),
    path("orders/<uuid:public_id>/", orders.inside, name="order"),
    path("orders/<uuid:public_id>/change/<str:what>/", change, name="change"),
    path("orders/<uuid:order_id>/papers/<uuid:public_id>/", orders.paper_inside, name="paper"),
]
