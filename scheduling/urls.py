"""Addresses of the calendar."""

from django.urls import path

from scheduling.views import board, booking

app_name = "scheduling"
urlpatterns = [
    path("", board.today, name="today"),
    path("visits/<uuid:public_id>/to/<slug:state>/", board.step, name="step"),
    path("visits/<uuid:public_id>/undo/<slug:state>/", board.undo, name="undo"),
    path("book/", booking.book, name="book"),
    path("visits/<uuid:public_id>/", booking.appointment, name="appointment"),
    path("visits/<uuid:public_id>/move/", booking.move, name="move"),
    path("visits/<uuid:public_id>/cancel/", booking.cancel, name="cancel"),
    path("visits/<uuid:public_id>/take-back/", booking.undo_booking, name="undo_booking"),
    path("patients/<uuid:public_id>/visits/", booking.patient_visits, name="patient_visits"),
]
