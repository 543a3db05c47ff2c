from engagement.messages.models.account import ProviderAccount, RateBucket
from engagement.messages.models.feedback import MessageEvent
from engagement.messages.models.local_mail import LocalMail
from engagement.messages.models.mail_version import MailDraft, MailVersion
from engagement.messages.models.message import Message, Reason
from engagement.messages.models.outbox import Lane, Outbox
from engagement.messages.models.pace import Pace
from engagement.messages.models.standing import DomainStanding
from engagement.messages.models.tick import Tick

__all__ = [
    "DomainStanding",
    "Lane",
    "LocalMail",
    "MailDraft",
    "MailVersion",
    "Message",
    "MessageEvent",
    "Outbox",
    "Pace",
    "ProviderAccount",
    "RateBucket",
    "Reason",
    "Tick",
]
