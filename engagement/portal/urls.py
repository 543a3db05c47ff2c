"""The customer's own pages of one store."""

from django.urls import path

from engagement.portal.changes.views import change
from engagement.portal.credit import views as credit
from engagement.portal.data import views as data
from engagement.portal.entry import views as entry
from engagement.portal.guides import views as guides
from engagement.portal.help.views import help_page
from engagement.portal.orders import views as orders
from engagement.portal.problems.views import report as problem
from engagement.portal.profile import views as profile
from engagement.portal.returns import state, withdrawal
from engagement.portal.returns.views import wizard
from engagement.portal.warranty import owner, party, register

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
    path("warranty/<str:token>/", owner.guarantee, name="guarantee"),
    path(
        "warranty/<str:token>/photos/<uuid:public_id>/", owner.owners_picture, name="owners_picture"
    ),
    path("party/<str:token>/", party.party, name="claim_party"),
    path("party/<str:token>/photos/<uuid:public_id>/", party.partys_picture, name="partys_picture"),
    path("register/<uuid:public_id>/", register.register, name="register_guarantee"),
    path("guides/<uuid:public_id>/", guides.guide, name="guide"),
    path("guides/<uuid:public_id>/files/<uuid:file_id>/", guides.guide_file, name="guide_file"),
    path("o/<str:token>/returns/<uuid:public_id>/", state.state_by_link, name="return_by_link"),
    path(
        "o/<str:token>/returns/<uuid:public_id>/slip.pdf",
        state.slip_by_link,
        name="return_slip_by_link",
    ),
    path("withdraw/", withdrawal.without_account, name="withdraw"),
    path("withdraw/<uuid:public_id>/", withdrawal.withdrawn, name="withdrawn"),
    path("returns/<uuid:public_id>/", state.state, name="return"),
    path("returns/<uuid:public_id>/slip.pdf", state.slip, name="return_slip"),
    path("returns/<uuid:public_id>/cancel/", state.cancel, name="return_cancel"),
    path("returns/<uuid:public_id>/sent/", state.sent, name="return_sent"),
    path("orders/<uuid:public_id>/return/", wizard, name="return_order"),
    path("orders/<uuid:public_id>/withdraw/", withdrawal.inside, name="withdraw_order"),
    path("credit/", credit.overview, name="credit"),
    path("profile/", profile.overview, name="profile"),
    path("profile/address/remove/", profile.drop_address, name="profile_address"),
    path("profile/<str:what>/", profile.change, name="profile_change"),
    path("privacy/", data.overview, name="data"),
    path("privacy/copy/", data.copy, name="data_copy"),
    path("privacy/erase/", data.erase, name="data_erase"),
    path("privacy/copy/<str:token>/", data.fetch, name="data_by_link"),
    path("privacy/keep/<str:token>/", data.keep, name="data_kept_by_link"),
    path("orders/", orders.every, name="orders"),
    path("orders/<uuid:public_id>/", orders.inside, name="order"),
    path("orders/<uuid:public_id>/problem/", problem, name="problem"),
    path("orders/<uuid:public_id>/change/<str:what>/", change, name="change"),
    path("orders/<uuid:order_id>/papers/<uuid:public_id>/", orders.paper_inside, name="paper"),
]
