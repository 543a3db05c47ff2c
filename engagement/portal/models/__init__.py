from engagement.portal.models.login_request import LoginRequest
from engagement.portal.models.session import PortalSession

__all__ = ["LoginRequest", "PortalSession"]
