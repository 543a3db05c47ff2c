from engagement.messages.models.account import ProviderAccount, RateBucket
from engagement.messages.models.feedback import MessageEvent
from engagement.messages.models.local_mail import LocalMail
from engagement.messages.models.message import Message, Reason
from engagement.messages.models.outbox import Lane, Outbox
from engagement.messages.models.tick import Tick

__all__ = [
    "Lane",
    "LocalMail",
    "Message",
    "MessageEvent",
    "Outbox",
    "ProviderAccount",
    "RateBucket",
    "Reason",
    "Tick",
]
