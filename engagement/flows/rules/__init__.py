"""The send rules, as the engine asks for them."""

from engagement.messages.rules import SendRules

RULES: SendRules
