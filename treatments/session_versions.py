"""Which versions of the catalogue a session stands on: those its findings were computed with."""

from treatments.models import ConditionVersion, InjectionSession, ProductVersion, RulesVersion


def pin_versions(session: InjectionSession) -> None:
    """Point the session at the versions in force of its product and condition, and of the rules. Does not save."""
    session.product = ProductVersion.objects.current().get(key=session.product.key)
    session.condition = ConditionVersion.objects.current().get(key=session.condition.key)
    session.rules = RulesVersion.objects.current().get(key="rules")
