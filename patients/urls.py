"""Addresses of people; the intake's stand in its own file, public ones among them."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, path

from patients.views import (
    came_back,
    chart,
    closing,
    corrections,
    document_files,
    documents,
    dying,
    imported_rows,
    importing,
    merging,
    people,
    preferences,
    register_lines,
    registering,
    undoing_import,
)

app_name = "patients"
urlpatterns: list[URLPattern | URLResolver] = [
    path("patients/", people.patient_list, name="list"),
    path("patients/search/", people.search, name="search"),
    path("patients/new/", registering.new, name="new"),
    path("patients/corrections/", corrections.corrections, name="corrections"),
    path("patients/corrections/<uuid:public_id>/", corrections.correction, name="correction"),
    path("patients/came-back/", came_back.came_back, name="came_back"),
    path("patients/<uuid:public_id>/try-again/", came_back.try_again, name="try_again"),
    path("patients/<uuid:public_id>/", chart.detail, name="detail"),
    path("patients/<uuid:public_id>/documents/", documents.document_list, name="documents"),
    path("patients/<uuid:public_id>/documents/part/", documents.part, name="documents_part"),
    path("patients/<uuid:public_id>/documents/add/", documents.add, name="document_add"),
    path("documents/<uuid:public_id>/", documents.document, name="document"),
    path("documents/<uuid:public_id>/print/", documents.printed, name="document_print"),
    path("documents/<uuid:public_id>/withdraw/", documents.withdraw, name="document_withdraw"),
    path("documents/<uuid:public_id>/put-back/", documents.put_back, name="document_put_back"),
    path("documents/<uuid:public_id>/page/<int:number>/", document_files.page, name="document_page"),
    path("documents/<uuid:public_id>/small/", document_files.small, name="document_small"),
    path("documents/<uuid:public_id>/file/<int:position>/", document_files.file, name="document_file"),
    path("patients/<uuid:public_id>/edit/", registering.edit, name="edit"),
    path("patients/<uuid:public_id>/merge/", merging.merge, name="merge"),
    path("patients/merges/<uuid:public_id>/undo/", merging.undo_merge, name="undo_merge"),
    path("patients/merges/<uuid:public_id>/part/", merging.unmerge, name="unmerge"),
    path("patients/<uuid:public_id>/contacts/", register_lines.contacts, name="contacts"),
    path("patients/<uuid:public_id>/numbers/", register_lines.numbers, name="numbers"),
    path("patients/<uuid:public_id>/alerts/", register_lines.alerts, name="alerts"),
    path("patients/<uuid:public_id>/died/", dying.deceased, name="deceased"),
    path("patients/<uuid:public_id>/open/", closing.open_closed, name="open_closed"),
    path("patients/<uuid:public_id>/confidential/", closing.confidential, name="confidential"),
    path("patients/<uuid:public_id>/confidential/end/", closing.confidential_end, name="confidential_end"),
    path("patients/<uuid:public_id>/restriction/", closing.restriction, name="restriction"),
    path("patients/<uuid:public_id>/restriction/lift/", closing.restriction_lift, name="restriction_lift"),
    path("contacts/<uuid:public_id>/end/", register_lines.contact_end, name="contact_end"),
    path("numbers/<uuid:public_id>/end/", register_lines.number_end, name="number_end"),
    path("alerts/<uuid:public_id>/end/", register_lines.alert_end, name="alert_end"),
    path("patients/<uuid:public_id>/history/", imported_rows.history, name="history"),
    path("patients/imports/", importing.imports, name="imports"),
    path("patients/imports/<uuid:public_id>/", importing.importing, name="importing"),
    path("patients/imports/<uuid:public_id>/columns/", importing.choose, name="import_choose"),
    path("patients/imports/<uuid:public_id>/progress/", importing.progress, name="import_progress"),
    path("patients/imports/<uuid:public_id>/save/", importing.save, name="import_save"),
    path("patients/imports/<uuid:public_id>/cancel/", importing.cancel, name="import_cancel"),
    path("patients/imports/<uuid:public_id>/undo/", undoing_import.undo, name="import_undo"),
    path("patients/imports/<uuid:public_id>/rest/", importing.rest, name="import_rest"),
    path("patients/imports/rows/<uuid:public_id>/decide/", imported_rows.decide, name="import_decide"),
    path("stop/<str:token>/", preferences.stop_reminders, name="stop_reminders"),
    path("p/<str:token>/", preferences.choose, name="preferences"),
]
if find_spec("patients.intake_urls"):
    urlpatterns += import_module("patients.intake_urls").urlpatterns
urlpatterns += import_module("patients.consents_urls").urlpatterns
