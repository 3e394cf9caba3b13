"""Addresses of the door, of passwords, and of who works here."""

from django.urls import path

from clinic.staff.views import door, passwords, people

app_name = "staff"
urlpatterns = [
    path("sign-in/", door.SignIn.as_view(), name="sign_in"),
    path("sign-out/", door.SignOut.as_view(), name="sign_out"),
    path("forgotten/", passwords.forgotten, name="forgotten"),
    path("letter/<str:token>/", passwords.letter, name="letter"),
    path("letter/", passwords.set_password, name="set_password"),
    path("password/", passwords.own_password, name="own_password"),
    path("", people.people, name="people"),
    path("new/", people.invite, name="invite"),
    path("<uuid:public_id>/edit/", people.edit, name="edit"),
    path("<uuid:public_id>/invite/", people.invite_again, name="invite_again"),
    path("<uuid:public_id>/close/", people.close, name="close"),
    path("<uuid:public_id>/open/", people.open_again, name="open_again"),
]
