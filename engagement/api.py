"""The REST API: every room's routes under one address, every error a problem body."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from core.problem import problem
from orders.api import item_schemas
from orders.api import router as orders_router


class Api(NinjaAPI):
    """The API with the generic items' schema among its components."""

    def get_openapi_schema(self, **options: Any) -> Any:
        schema = super().get_openapi_schema(**options)
        schema["components"]["schemas"].update(item_schemas())
        return schema


api = Api(title="Afterglow", version="1", urls_namespace="api-v1", docs_url="/docs")
api.add_router("", orders_router)


@api.exception_handler(AuthenticationError)
def not_known(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    answer = problem(
        401, "No valid token", "Send “Authorization: Bearer <token>” with a token of this store."
    )
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(ValidationError)
def not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problem(422, "The request does not fit the schema", "Nothing was stored.")


@api.exception_handler(HttpError)
def not_possible(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, "Not possible", str(error.message))
