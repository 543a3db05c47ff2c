"""What each room keeps of a person, on one page: whoever adds a room adds its part here.

The order matters to an erasure, which goes from the last to the first: `orders`, which knows whose
rows are whose, forgets last. A house test holds every model to stand in a part or below.
"""

from collections.abc import Mapping, Sequence

from core.privacy import Part
from engagement.guides import privacy as guides
from engagement.messages import privacy as messages
from engagement.portal import privacy as portal
from engagement.preferences import privacy as preferences
from orders import privacy as orders
from support import privacy as support

PARTS: Sequence[Part] = (
    Part(
        room="orders",
        covers=orders.COVERS,
        show=orders.show,
        forget=orders.forget,
        files=orders.files,
    ),
    support.PART,
    preferences.PART,
    guides.PART,
    messages.PART,
    portal.PART,
)

SHOP = "the shop's own settings, goods and texts"
STAFF = "people who work for the shop, who are members and no customers"
NUMBERS = "names customers by a row's number only, and is never changed"
MACHINERY = "machinery without anybody's data"
NOT_OF_CUSTOMERS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("stores.Store", "orders.Category", "orders.Product", "orders.Variant"),
            *("orders.SelfServicePolicy", "orders.WebhookEndpoint", "orders.PlatformConnection"),
            *("orders.ApiToken", "segments.Segment", "guides.Guide", "guides.CareTip"),
            *("guides.GuideStep", "guides.GuideFile", "guides.GuideVersion", "guides.HelpAnswer"),
            *("orders.ReturnPolicy", "orders.ReturnReason", "orders.WarrantyTerms"),
            *("orders.WarrantyParty", "orders.ClaimRule"),
            *("engagement_messages.ProviderAccount", "engagement_messages.MailVersion"),
            *("engagement_messages.MailDraft", "engagement_messages.DomainStanding"),
            *("flows.Backfill", "flows.Campaign", "flows.Flow", "flows.FlowVersion"),
            *("flows.Feed", "flows.FeedEntry"),
        ),
        SHOP,
    ),
    **dict.fromkeys(
        (
            *("stores.User", "stores.Membership", "otp_totp.TOTPDevice"),
            *("otp_static.StaticDevice", "otp_static.StaticToken"),
        ),
        STAFF,
    ),
    **dict.fromkeys(
        (
            *("audit.AuditEntry", "ledger.Unit", "ledger.Purse", "ledger.Account"),
            *("ledger.Movement", "ledger.Entry", "ledger.Lot"),
        ),
        NUMBERS,
    ),
    **dict.fromkeys(
        (
            *("limits.LimitWindow", "engagement_messages.RateBucket", "engagement_messages.Pace"),
            *("engagement_messages.Tick", "flows.FlowHour", "flows.ZoneRules", "orders.ImportRun"),
        ),
        MACHINERY,
    ),
    "guides.InsertBatch": "names orders by a row's number only",
    "guides.InsertPart": "printed sheets of many orders in one file, deleted after seven days",
    "orders.ImportReject": "a line's number and what was wrong with it; the rejects file is the shop's",
}
