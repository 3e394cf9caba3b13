"""Addresses of sessions and the fridge, under treatments/."""

from django.urls import path

from treatments.views import (
    fridge,
    session,
    session_before,
    session_discard,
    session_edit,
    session_late,
    session_prepare,
    session_sign,
    stock,
    stock_lot,
    stock_recall,
    stock_table,
)
from treatments.views.session_common import while_it_stands

urlpatterns = [
    path("plans/<uuid:public_id>/session/", session.start, name="session_start"),
    path("sessions/<uuid:public_id>/", session.page, name="session"),
    path("sessions/<uuid:public_id>/check/", while_it_stands(session_before.check), name="session_check"),
    path("sessions/<uuid:public_id>/prepare/", while_it_stands(session_prepare.prepare), name="session_prepare"),
    path("sessions/<uuid:public_id>/unprepare/", while_it_stands(session_prepare.unprepare), name="session_unprepare"),
    path("sessions/<uuid:public_id>/discard/", while_it_stands(session_discard.discard), name="session_discard"),
    path("sessions/<uuid:public_id>/syringe/", session_prepare.syringe, name="session_syringe"),
    path("sessions/<uuid:public_id>/save/", while_it_stands(session_edit.save), name="session_save"),
    path("sessions/<uuid:public_id>/review/", while_it_stands(session_sign.review), name="session_review"),
    path("sessions/<uuid:public_id>/sign/", while_it_stands(session_sign.sign_now), name="session_sign"),
    path("sessions/<uuid:public_id>/late/", while_it_stands(session_late.late), name="session_late"),
    path("sessions/<uuid:public_id>/addendum/", session.addendum, name="session_addendum"),
    path("sessions/<uuid:public_id>/void/", session.void, name="session_void"),
    path("sessions/<uuid:public_id>/seen/", session.incidents_seen, name="incidents_seen"),
    path("sessions/<uuid:public_id>/print/", session.printed, name="session_print"),
    path("stock/", stock.page, name="stock"),
    path("stock/stock.csv", stock_table.table, name="stock_csv"),
    path("stock/receive/", stock.receive, name="stock_receive"),
    path("stock/close/", stock.close, name="stock_close"),
    path("stock/lots/<uuid:public_id>/", stock_lot.lot, name="stock_lot"),
    path("stock/lots/<uuid:public_id>/state/", stock_lot.lot_state, name="stock_lot_state"),
    path("stock/lots/<uuid:public_id>/correct/", stock_lot.lot_correct, name="stock_lot_correct"),
    path("stock/lots/<uuid:public_id>/patients/", stock_recall.recall, name="stock_recall"),
    path("stock/lots/<uuid:public_id>/patients/print/", stock_recall.printed, name="stock_recall_print"),
    path(
        "stock/lots/<uuid:public_id>/patients/<uuid:patient>/contact/",
        stock_recall.contact,
        name="stock_recall_contact",
    ),
    path("stock/vials/<uuid:public_id>/", stock_lot.vial, name="stock_vial"),
    path("fridge/<uuid:public_id>/", fridge.page, name="fridge"),
    path("fridge/<uuid:public_id>/reading/", fridge.reading, name="fridge_reading"),
    path("fridge/readings/<uuid:public_id>/answer/", fridge.answer, name="fridge_answer"),
]
