"""Addresses of the intake: the public ones of a link, and the clinic's."""

from django.urls import path

from patients.views import (
    intake_desk,
    intake_details,
    intake_health,
    intake_letter,
    intake_link,
    intake_tablet,
)

urlpatterns = [
    path("i/sent/", intake_link.intake_sent, name="intake_sent"),
    path("i/<str:token>/", intake_link.intake_open, name="intake_open"),
    path("i/<str:token>/who/", intake_link.intake_who, name="intake_who"),
    path("i/<str:token>/language/", intake_link.intake_language, name="intake_language"),
    path("i/<str:token>/step/<slug:step>/", intake_link.intake_step, name="intake_step"),
    path("i/<str:token>/step/<slug:step>/typed/", intake_link.intake_typed, name="intake_typed"),
    path("i/<str:token>/send/", intake_link.intake_send, name="intake_send"),
    path("i/<str:token>/letter/", intake_letter.intake_letter, name="intake_letter"),
    path("i/<str:token>/left/", intake_link.intake_left, name="intake_left"),
    path("tablet/", intake_tablet.tablet, name="tablet"),
    path("tablet/step/<slug:step>/", intake_tablet.tablet_step, name="tablet_step"),
    path("tablet/send/", intake_tablet.tablet_send, name="tablet_send"),
    path("tablet/letter/", intake_letter.tablet_letter, name="tablet_letter"),
    path("tablet/language/", intake_tablet.tablet_language, name="tablet_language"),
    path("tablet/back/", intake_tablet.tablet_back, name="tablet_back"),
    path("patients/intakes/", intake_desk.intake_inbox, name="intake_inbox"),
    path("patients/intakes/<uuid:public_id>/", intake_desk.intake_review, name="intake_review"),
    path("patients/intakes/<uuid:public_id>/reviewed/", intake_desk.intake_mark_reviewed, name="intake_mark_reviewed"),
    path("patients/intakes/<uuid:public_id>/details/", intake_details.intake_details, name="intake_details"),
    path("patients/intakes/<uuid:public_id>/details/decide/", intake_details.intake_decide, name="intake_decide"),
    path(
        "patients/intakes/<uuid:public_id>/chart/decide/",
        intake_health.intake_decide_health,
        name="intake_decide_health",
    ),
    path(
        "patients/intakes/<uuid:public_id>/take-back/<str:field>/",
        intake_health.intake_take_back,
        name="intake_take_back",
    ),
    path("patients/<uuid:public_id>/intake/hand-over/", intake_tablet.tablet_hand_over, name="tablet_hand_over"),
    path("patients/<uuid:public_id>/intake/", intake_desk.intake_enter, name="intake_enter"),
    path("patients/<uuid:public_id>/intake/invite/", intake_desk.intake_invite, name="intake_invite"),
    path("patients/<uuid:public_id>/intake/send/", intake_desk.intake_enter_send, name="intake_enter_send"),
    path("patients/<uuid:public_id>/intake/<slug:step>/", intake_desk.intake_enter_step, name="intake_enter_step"),
]
