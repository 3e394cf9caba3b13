"""Addresses of papers, under treatments/."""

from django.urls import path

from treatments.papers import views

urlpatterns = [
    path("sessions/<uuid:public_id>/sheet.pdf", views.sheet, name="paper_session_sheet"),
    path("sessions/<uuid:public_id>/card.pdf", views.card, name="paper_treatment_card"),
    path("sessions/<uuid:public_id>/letter/", views.write, name="paper_doctor_letter_new"),
    path("letters/<uuid:public_id>/letter.pdf", views.letter, name="paper_doctor_letter"),
    path("patients/<uuid:public_id>/summary.pdf", views.summary, name="paper_patient_summary"),
    path("plans/<uuid:public_id>/plan.pdf", views.plan, name="paper_printed_plan"),
    path("consents/<uuid:public_id>/copy.pdf", views.consent, name="paper_consent"),
]
