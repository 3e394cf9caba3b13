"""Addresses of the record. Deeds are POST; the session's and the fridge's addresses have a module of their own."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from treatments.views import (
    blank_sheet,
    catalogue,
    catalogue_edit,
    catalogue_entry,
    compare,
    consultation,
    consultation_typed,
    elsewhere,
    events,
    goals,
    leaflet_reviews,
    plan,
    plan_deeds,
    plan_edit,
    plan_state,
    question,
    reports,
    score,
    story,
)

app_name = "treatments"

urlpatterns: list[URLPattern | URLResolver] = [
    path("catalogue/", catalogue.catalogue, name="catalogue"),
    path("leaflets/", leaflet_reviews.listed, name="leaflet_reviews"),
    path("leaflets/<slug:slug>/<slug:language>/", leaflet_reviews.words, name="leaflet_words"),
    path("leaflets/<slug:slug>/<slug:language>/confirm/", leaflet_reviews.confirm, name="leaflet_confirm"),
    path("catalogue/products/<slug:key>/limit/", catalogue_edit.catalogue_limit, name="catalogue_limit"),
    path("catalogue/<slug:kind>/<slug:key>/", catalogue_entry.catalogue_entry, name="catalogue_entry"),
    path("catalogue/<slug:kind>/<slug:key>/edit/", catalogue_edit.catalogue_edit, name="catalogue_edit"),
    path("catalogue/<slug:kind>/<slug:key>/confirm/", catalogue_entry.catalogue_confirm, name="catalogue_confirm"),
    path("my-day/", story.my_day, name="my_day"),
    path("patients/<uuid:public_id>/story/", story.patient_story, name="patient_story"),
    path("patients/<uuid:public_id>/compare/", compare.session_compare, name="session_compare"),
    path("patients/<uuid:public_id>/consultation/", consultation.consultation_start, name="consultation_start"),
    path("patients/<uuid:public_id>/elsewhere/", elsewhere.elsewhere, name="elsewhere"),
    path("patients/<uuid:public_id>/goals/", goals.goals, name="goals"),
    path("questions/<uuid:public_id>/answer/", question.question_answer, name="question_answer"),
    path("elsewhere/<uuid:public_id>/change/", elsewhere.elsewhere_change, name="elsewhere_change"),
    path("patients/<uuid:public_id>/plans/new/", plan.plan_new, name="plan_new"),
    path("consultations/<uuid:public_id>/", consultation.consultation, name="consultation"),
    path("consultations/<uuid:public_id>/save/", consultation.consultation_save, name="consultation_save"),
    path("consultations/<uuid:public_id>/typed/", consultation_typed.typed, name="consultation_typed"),
    path("consultations/<uuid:public_id>/discard/", consultation_typed.discard, name="consultation_discard"),
    path("consultations/<uuid:public_id>/addendum/", consultation.consultation_addendum, name="consultation_addendum"),
    path("consultations/<uuid:public_id>/consent/", consultation.consultation_consent, name="consultation_consent"),
    path("plans/<uuid:public_id>/", plan.plan, name="plan"),
    path("plans/<uuid:public_id>/blank-sheet/", blank_sheet.plan_blank_sheet, name="plan_blank_sheet"),
    path("locations/<uuid:public_id>/blank-sheet/", blank_sheet.blank_sheet, name="blank_sheet"),
    path("plans/<uuid:public_id>/edit/", plan_edit.plan_edit, name="plan_edit"),
    path("plans/<uuid:public_id>/check/", plan_edit.plan_check, name="plan_check"),
    path("plans/<uuid:public_id>/revise/<int:version>/", plan_edit.plan_revise, name="plan_revise"),
    path("plans/<uuid:public_id>/activate/<int:version>/", plan_deeds.plan_activate, name="plan_activate"),
    path("plans/<uuid:public_id>/state/", plan_state.plan_state, name="plan_state"),
    path("plans/<uuid:public_id>/resume/", plan_state.plan_resume, name="plan_resume"),
    path("plans/<uuid:public_id>/revisions/", plan_state.plan_revisions, name="plan_revisions"),
    path("plans/<uuid:public_id>/consent/", plan_deeds.plan_consent, name="plan_consent"),
    path("plans/<uuid:public_id>/score/", score.plan_score, name="plan_score"),
    path("patients/<uuid:public_id>/events/", events.patient_events, name="patient_events"),
    path("patients/<uuid:public_id>/events/new/", events.event_new, name="event_new"),
    path("events/<uuid:public_id>/", events.event, name="event"),
    path("events/serious/", events.serious_events, name="serious_events"),
    path("reports/<uuid:public_id>/", reports.report, name="report"),
    path("reports/<uuid:public_id>/answer/", reports.report_answer, name="report_answer"),
    path("patients/<uuid:public_id>/report/", reports.report_by_phone, name="report_by_phone"),
    path("plans/<uuid:public_id>/limit/", plan_deeds.plan_limit, name="plan_limit"),
    path("", include("treatments.outcome_urls")),
]

if find_spec("treatments.session_urls"):
    urlpatterns.append(path("", include("treatments.session_urls")))
urlpatterns.append(path("", include("treatments.papers.urls")))
