"""Addresses of the calendar."""

from django.urls import path

from scheduling.views import board, booking, by_link, calendar, check_in, check_out, hold, letters, recall, wording

app_name = "scheduling"
urlpatterns = [
    path("", board.today, name="today"),
    path("visits/<uuid:public_id>/to/<slug:state>/", board.step, name="step"),
    path("visits/<uuid:public_id>/undo/<slug:state>/", board.undo, name="undo"),
    path("calendar/", calendar.day, name="calendar"),
    path("book/", booking.book, name="book"),
    path("visits/<uuid:public_id>/", booking.appointment, name="appointment"),
    path("visits/<uuid:public_id>/move/", booking.move, name="move"),
    path("visits/<uuid:public_id>/cancel/", booking.cancel, name="cancel"),
    path("visits/<uuid:public_id>/take-back/", booking.undo_booking, name="undo_booking"),
    path("recall/", recall.recall_list, name="recall"),
    path("recall/print/", recall.printed, name="recall_print"),
    path("recall/table/", recall.table, name="recall_csv"),
    path("recall/<uuid:public_id>/call/", recall.log_call, name="log_call"),
    path("recall/calls/<uuid:public_id>/undo/", recall.undo_call, name="undo_call"),
    path("recall/calls/<uuid:public_id>/take-back/", recall.take_back, name="take_back_call"),
    path("patients/<uuid:public_id>/calls/", recall.patient_calls, name="patient_calls"),
    path("letters/", letters.messages_list, name="messages"),
    path("letters/hold/", hold.hold, name="hold"),
    path("letters/wording/", wording.wordings, name="wordings"),
    path("letters/wording/<slug:letter>/<slug:language>/", wording.one_wording, name="wording"),
    path("letters/wording/<slug:letter>/<slug:language>/<int:number>/", wording.framed, name="wording_framed"),
    path("letters/wording/<slug:letter>/<slug:language>/confirm/", wording.confirm, name="wording_confirm"),
    path("letters/<uuid:public_id>/", letters.message, name="message"),
    path("letters/<uuid:public_id>/again/", letters.resend, name="resend"),
    path("patients/<uuid:public_id>/letters/", letters.patient_letters, name="patient_letters"),
    path("patients/<uuid:public_id>/next-visit/", check_out.next_visit, name="next_visit"),
    path("follow-ups/<uuid:public_id>/book-next/", check_out.book_next, name="book_next"),
    path("c/<str:token>/", check_in.check_in, name="check_in"),
    path("b/<str:token>/", by_link.book, name="book_by_link"),
    path("a/<str:token>/", by_link.advice, name="aftercare"),
    path("v/<str:token>/", by_link.confirm, name="confirm_visit"),
    path("patients/<uuid:public_id>/visits/", booking.patient_visits, name="patient_visits"),
]
