"""What a symptom after an injection means: emergency now, or the clinician the same day (R28). Pure.

Source: docs/sources.md#adverse-events
"""

from collections.abc import Iterable

from treatments.findings import Finding, Level, Wording, gettext_noop
from treatments.formulary import Formulary

RED_FLAG = Wording("R28.red_flag", gettext_noop("{symptom}"), gettext_noop("{action}"))


class UnknownSymptom(LookupError):
    """No red flag of the catalogue lists the symptom."""

    def __init__(self, symptom: str) -> None:
        super().__init__(f"The catalogue has no symptom {symptom!r}.")
        self.symptom = symptom


def judge_symptoms(symptoms: Iterable[str], formulary: Formulary) -> tuple[Finding, ...]:
    """R28 for every symptom reported, the urgent first. Raises `UnknownSymptom`."""
    found = []
    for symptom in dict.fromkeys(symptoms):
        flag = next((flag for flag in formulary.red_flags if symptom in flag.symptoms), None)
        if flag is None:
            raise UnknownSymptom(symptom)
        found.append(
            Finding(
                rule="R28",
                level=flag.level,
                wording=RED_FLAG,
                source=flag.source,
                values={
                    "symptom": flag.symptom[0].upper() + flag.symptom[1:],
                    "action": flag.action[0].upper() + flag.action[1:] + ".",
                },
                subject=symptom,
            )
        )
    return tuple(sorted(found, key=lambda finding: finding.level is not Level.URGENT))
