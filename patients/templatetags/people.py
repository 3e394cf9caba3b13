"""People in templates: names with what was sought marked, dates of birth and ages in words, phones grouped."""

from datetime import date

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from patients import names, phones, wording, wording_found
from patients.models import Patient
from patients.sought import Sought
from patients.wording_importing import LIKENESSES

register = template.Library()


@register.filter
def marked(name: str, text: str) -> SafeString:
    """Mark the first letters that a search found."""
    pieces = names.marked(name, names.words(text or ""))
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", piece) if is_found else piece,) for piece, is_found in pieces)
    )


@register.filter
def why_found(patient: Patient, sought: Sought) -> str:
    """Say why a search shows somebody."""
    return wording_found.found_words(sought, patient, getattr(patient, "former", ()))


@register.filter
def born(patient: Patient, on: date) -> str:
    """Say what is known of the date of birth."""
    return wording.birth_words(patient.birth, on)


@register.filter
def age(patient: Patient, on: date) -> str:
    """Say how old a person is on a day."""
    return wording.age_words(patient.birth, on)


@register.filter
def born_and_age(patient: Patient, on: date) -> str:
    """Say both."""
    return wording.birth_and_age(patient.birth, on)


@register.filter
def grouped(phone: str) -> str:
    """Group a stored phone for reading."""
    return phones.shown(phone)


@register.filter
def likenesses(why: tuple[str, ...]) -> str:
    """Say in what two records are alike."""
    return ", ".join(str(LIKENESSES[one]) for one in why if one in LIKENESSES)
