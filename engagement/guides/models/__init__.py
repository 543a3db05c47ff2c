from engagement.guides.models.guide import CareTip, Guide

__all__ = ["CareTip", "Guide"]
