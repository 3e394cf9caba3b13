"""Addresses of consents: the clinic's, and the public ones of a link, which hold no clinical word."""

from django.urls import path

from patients.views import consent_wordings, consents_desk, consents_link

urlpatterns = [
    path("patients/consent-words/", consent_wordings.kinds, name="consent_kinds"),
    path("patients/consent-words/<slug:kind>/", consent_wordings.words, name="consent_words"),
    path("patients/<uuid:public_id>/consents/", consents_desk.consents, name="consents"),
    path("patients/<uuid:public_id>/consents/mail/", consents_desk.mail, name="consents_mail"),
    path("patients/<uuid:public_id>/consents/sign/<uuid:wording>/", consents_desk.sign, name="consent_sign"),
    path("patients/<uuid:public_id>/consents/<uuid:consent>/", consents_desk.withdraw, name="consent_withdraw"),
    path("k/<str:token>/", consents_link.consents, name="consents_link"),
    path("k/<str:token>/who/", consents_link.who, name="consents_who"),
    path("k/<str:token>/sign/<uuid:wording>/", consents_link.sign, name="consents_sign"),
    path("k/<str:token>/<uuid:consent>/", consents_link.withdraw, name="consents_withdraw"),
]
