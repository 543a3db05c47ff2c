from engagement.guides.models.guide import CareTip, Guide
from engagement.guides.models.guide_page import GuideAnswer, GuideFile, GuideStep, GuideVersion
from engagement.guides.models.help_answer import HelpAnswer
from engagement.guides.models.insert_batch import InsertBatch, InsertPart

__all__ = [
    "CareTip",
    "Guide",
    "GuideAnswer",
    "GuideFile",
    "GuideStep",
    "GuideVersion",
    "HelpAnswer",
    "InsertBatch",
    "InsertPart",
]
