"""A plan's pages as a browser uses them, for tests."""

import json
from decimal import Decimal
from typing import Any

from django.test import Client
from django.urls import reverse

from tests.treatments.test_views_consultation import signed_in_as
from treatments.models import Plan


def url(name: str, plan: Plan, *more: Any) -> str:
    return reverse(f"treatments:{name}", args=[plan.public_id, *more])


def client_of(plan: Plan) -> Client:
    return signed_in_as(plan.clinician)


def typed_plan(client: Client, plan: Plan, **changes: str) -> dict[str, str]:
    """What a browser would send of the edit page as it was opened, with these changes."""
    answer = client.get(url("plan_edit", plan))
    base = json.loads(answer.context["base"])
    return {**base, "base": json.dumps(base), **changes}


def total(plan: Plan) -> Decimal:
    return sum((site.units for site in plan.sites.all()), Decimal(0))
