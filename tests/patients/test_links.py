"""Links: each opens one thing for one purpose, is never stored, and ends."""

import datetime
import hashlib
import threading
from typing import Any

import pytest
from django.db import close_old_connections
from django.test import override_settings

from patients.link_refusals import LinkExpired, LinkRevoked, LinkUnknown, LinkUsed, TokenLost
from patients.links import link_for, make_link, open_link, revoke_links, revoke_links_of, token_for, use_link
from patients.models import AccessLink, Patient
from tests.patients.making import person

DAY = datetime.timedelta(days=1)


def link_of(patient: Patient, now: datetime.datetime, purpose: str = "book") -> tuple[AccessLink, str]:
    """A link of a day about the patient's own record."""
    return make_link(purpose=purpose, patient=patient, about=patient, now=now, expires_at=now + DAY)


@pytest.mark.django_db
def test_link_token_is_not_stored_only_its_hash(now: datetime.datetime) -> None:
    link, token = link_of(person(), now)
    stored = AccessLink.objects.filter(pk=link.pk).values().get()
    assert token not in str(stored)
    assert stored["token_hash"] == hashlib.sha256(token.encode()).hexdigest()
    assert len(token) == 32


@pytest.mark.django_db
def test_link_token_can_be_written_again(now: datetime.datetime) -> None:
    link, token = link_of(person(), now)
    assert token_for(AccessLink.objects.get(pk=link.pk)) == token


@pytest.mark.django_db
def test_link_for_the_same_thing_is_the_same_link_until_it_dies(now: datetime.datetime) -> None:
    patient = person()
    asked: dict[str, Any] = {"purpose": "book", "patient": patient, "about": patient, "expires_at": now + 2 * DAY}
    first, token = link_for(**asked, now=now)
    again, same = link_for(**asked, now=now + DAY)
    assert (again.pk, same) == (first.pk, token)
    revoke_links(about=patient, because="moved", now=now)
    other, different = link_for(**asked, now=now)
    assert other.pk != first.pk
    assert different != token


@pytest.mark.django_db
def test_a_later_letter_gives_its_link_a_whole_life_again(now: datetime.datetime) -> None:
    patient = person()
    asked: dict[str, Any] = {"purpose": "book", "patient": patient, "about": patient}
    first, token = link_for(**asked, now=now, expires_at=now + 10 * DAY)
    soon, _same = link_for(**asked, now=now + 4 * DAY, expires_at=now + 14 * DAY)
    assert soon.expires_at == now + 10 * DAY  # a letter written again says the same
    late, same = link_for(**asked, now=now + 6 * DAY, expires_at=now + 16 * DAY)
    assert (late.pk, same, late.expires_at) == (first.pk, token, now + 16 * DAY)
    assert open_link(token, "book", now + 15 * DAY).pk == first.pk


@pytest.mark.django_db
def test_link_opens_for_its_purpose_and_no_other(now: datetime.datetime) -> None:
    link, token = link_of(person(), now, purpose="book")
    assert open_link(token, "book", now).pk == link.pk
    with pytest.raises(LinkUnknown):
        open_link(token, "intake", now)


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "x", "Ā" * 40, "../../etc", "0" * 5000])
def test_link_unknown_token_opens_nothing(token: str, now: datetime.datetime) -> None:
    with pytest.raises(LinkUnknown):
        open_link(token, "book", now)


@pytest.mark.django_db
def test_link_expires_at_its_moment(now: datetime.datetime) -> None:
    _link, token = link_of(person(), now)
    assert open_link(token, "book", now + DAY - datetime.timedelta(microseconds=1)).used_at is None
    with pytest.raises(LinkExpired):
        open_link(token, "book", now + DAY)


@pytest.mark.django_db
def test_link_dies_on_use(now: datetime.datetime) -> None:
    link, token = link_of(person(), now)
    use_link(link, now=now)
    with pytest.raises(LinkUsed):
        open_link(token, "book", now)
    with pytest.raises(LinkUsed):
        use_link(AccessLink.objects.get(pk=link.pk), now=now)


@pytest.mark.django_db
def test_link_expired_is_not_used(now: datetime.datetime) -> None:
    link, _token = link_of(person(), now)
    with pytest.raises(LinkExpired):
        use_link(link, now=now + DAY)
    assert AccessLink.objects.get(pk=link.pk).used_at is None


@pytest.mark.django_db
def test_link_revoked_says_why(now: datetime.datetime) -> None:
    patient = person()
    _link, token = link_of(patient, now)
    assert revoke_links(about=patient, because="cancelled", now=now) == 1
    assert revoke_links(about=patient, because="again", now=now) == 0
    with pytest.raises(LinkRevoked) as refusal:
        open_link(token, "book", now)
    assert refusal.value.because == "cancelled"


@pytest.mark.django_db
def test_links_of_one_purpose_are_revoked_alone(now: datetime.datetime) -> None:
    patient = person()
    _one, book = link_of(patient, now, purpose="book")
    _other, manage = link_of(patient, now, purpose="manage")
    assert revoke_links(about=patient, because="moved", now=now, purposes=("manage",)) == 1
    assert open_link(book, "book", now).used_at is None
    with pytest.raises(LinkRevoked):
        open_link(manage, "manage", now)


@pytest.mark.django_db
def test_links_of_a_person_are_revoked_and_nobody_elses(now: datetime.datetime) -> None:
    asha, usha = person("Asha"), person("Usha")
    _mine, token = link_of(asha, now)
    _theirs, other = link_of(usha, now)
    assert revoke_links_of(patient=asha, because="address_changed", now=now) == 1
    with pytest.raises(LinkRevoked):
        open_link(token, "book", now)
    assert open_link(other, "book", now).used_at is None


@pytest.mark.django_db
def test_link_of_a_merged_record_is_dead(now: datetime.datetime) -> None:
    asha, usha = person("Asha"), person("Usha")
    _link, token = link_of(asha, now)
    Patient.objects.filter(pk=asha.pk).update(merged_into=usha)
    with pytest.raises(LinkRevoked):
        open_link(token, "book", now)


@pytest.mark.django_db
def test_link_survives_a_new_secret_key_while_the_old_is_kept(now: datetime.datetime) -> None:
    with override_settings(SECRET_KEY="old-key-" * 8):
        link, token = link_of(person(), now)
    with override_settings(SECRET_KEY="new-key-" * 8, SECRET_KEY_FALLBACKS=["old-key-" * 8]):
        assert open_link(token, "book", now).pk == link.pk
        assert token_for(link) == token
    with override_settings(SECRET_KEY="new-key-" * 8, SECRET_KEY_FALLBACKS=[]):
        assert open_link(token, "book", now).pk == link.pk
        with pytest.raises(TokenLost):
            token_for(link)


@pytest.mark.django_db
def test_two_links_of_one_thing_share_nothing(now: datetime.datetime) -> None:
    patient = person()
    _one, first = link_of(patient, now)
    _two, second = link_of(patient, now)
    assert sum(a == b for a, b in zip(first, second, strict=True)) < 8  # 32 of 64 letters: half a letter by chance


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_guarded", [True, False])
def test_link_used_by_eight_presses_at_once_is_used_once(*, is_guarded: bool, now: datetime.datetime) -> None:
    """The control looks first and then writes, as one must not: there more than one press wins."""
    link, _token = link_of(person(), now)
    gate = threading.Barrier(8)
    won: list[bool] = []

    def press() -> None:
        mine = AccessLink.objects.get(pk=link.pk)
        gate.wait()
        try:
            if is_guarded:
                use_link(mine, now=now)
                won.append(True)
            elif mine.used_at is None:
                AccessLink.objects.filter(pk=link.pk).update(used_at=now)
                won.append(True)
        except LinkUsed:
            won.append(False)
        finally:
            close_old_connections()

    threads = [threading.Thread(target=press) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (won.count(True) == 1) is is_guarded
