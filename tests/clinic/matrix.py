"""Who may open what: an entry for each address of the clinic. An address without one fails the matrix."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from clinic.staff.models import Role

EVERYBODY = frozenset(Role)
CLINICAL = frozenset({Role.CLINICIAN, Role.MANAGER})
CLINICIAN = frozenset({Role.CLINICIAN})
DESK = frozenset({Role.FRONT_DESK, Role.MANAGER})
MANAGER = frozenset({Role.MANAGER})


@dataclass(frozen=True)
class Entry:
    """Which roles an address lets in, which object each of its arguments names, and whether it is only a deed."""

    roles: frozenset[Role] = EVERYBODY
    named: dict[str, str] = field(default_factory=dict)
    """Argument -> the attribute of a `Place` it names."""
    others: dict[str, Any] = field(default_factory=dict)
    """Arguments that name nothing: a state, a version, a step."""
    is_deed: bool = False
    """Answers POST only."""
    is_read: bool = False
    """Answers GET only."""
    data: dict[str, Any] = field(default_factory=dict)
    """What a right press sends."""


Page = partial(Entry, is_read=True)
Deed = partial(Entry, is_deed=True)


def of(name: str) -> dict[str, str]:
    """One argument, `public_id`, that names this."""
    return {"public_id": name}


VISIT_TYPE = UUID("0a4c5a1e-0000-4000-8000-000000000011")
"""A type of visit belongs to all locations: its address names nobody's."""
LEAFLET = {"slug": "visit", "language": "en"}
BOTOX = {"kind": "products", "key": "onabotulinumtoxinA"}

STAFF: dict[str, Entry] = {
    "staff:sign_out": Deed(),
    "staff:own_password": Entry(),
    "staff:people": Page(MANAGER),
    "staff:invite": Entry(MANAGER),
    "staff:edit": Entry(MANAGER, of("colleague")),
    "staff:invite_again": Deed(MANAGER, of("colleague")),
    "staff:close": Deed(MANAGER, of("colleague"), data={"version": 1}),
    "staff:open_again": Deed(MANAGER, of("colleague")),
    "scheduling:today": Page(),
    "scheduling:day_before": Page(),
    "scheduling:caller": Page(named=of("patient")),
    "scheduling:visit_slip": Page(named=of("patient")),
    "scheduling:running_late": Deed(named=of("doctor"), data={"minutes": 20}),
    "scheduling:running_late_undo": Deed(named=of("late")),
    "scheduling:export_patient": Page(CLINICAL, of("patient")),
    "scheduling:export_patient_file": Deed(CLINICAL, of("patient"), others={"form": "fhir"}),
    "scheduling:export_clinic": Page(MANAGER),
    "scheduling:export_clinic_files": Page(MANAGER),
    "scheduling:ask_clinic_export": Deed(MANAGER, others={"form": "tables"}),
    "scheduling:export_clinic_file": Deed(MANAGER, of("export")),
    "scheduling:throw_away_clinic_export": Deed(MANAGER, of("export")),
    "scheduling:calendar": Page(),
    "scheduling:calendar_week": Page(),
    "scheduling:calendar_month": Page(),
    "scheduling:calendar_agenda": Page(),
    "scheduling:calendar_print": Page(),
    "scheduling:calendar_sheet": Page(others={"view": "day"}),
    "scheduling:book_here": Entry(others={"at": "20270305T0600Z"}),
    "scheduling:calendar_panel": Page(named=of("visit")),
    "scheduling:put_down": Deed(named=of("visit"), data={"at": "2027-03-05T06:00:00+00:00", "version": 1}),
    "scheduling:until": Deed(named=of("visit"), data={"minutes": 45, "version": 1}),
    "scheduling:put_back": Deed(named=of("visit"), others={"version": 1}),
    "scheduling:step": Deed(named=of("visit"), others={"state": "confirmed"}),
    "scheduling:undo": Deed(named=of("visit"), others={"state": "confirmed"}),
    "scheduling:feeds": Page(CLINICAL),
    "scheduling:feed_make": Deed(CLINICIAN),
    "scheduling:feed_stop": Deed(CLINICAL, of("feed")),
    "scheduling:book": Entry(),
    "scheduling:book_again": Page(),
    "scheduling:appointment": Page(named=of("visit")),
    "scheduling:move": Entry(named=of("visit")),
    "scheduling:cancel": Deed(named=of("visit"), data={"reason": "Cannot come"}),
    "scheduling:undo_booking": Deed(named=of("visit")),
    "scheduling:waiting": Page(),
    "scheduling:waiting_new": Entry(named=of("patient")),
    "scheduling:waiting_take_off": Deed(named=of("waiting")),
    "scheduling:waiting_put_back": Deed(named=of("waiting")),
    "scheduling:waiting_take": Deed(named=of("offer")),
    "scheduling:waiting_decline": Deed(named=of("offer")),
    "scheduling:recall": Page(),
    "scheduling:recall_print": Page(DESK),
    "scheduling:recall_csv": Page(DESK),
    "scheduling:log_call": Deed(
        named=of("follow_up"),
        data={"outcome": "no_answer", "version": 3, "press": "0a4c5a1e-0000-4000-8000-000000000007"},
    ),
    "scheduling:give_up": Deed(named=of("follow_up"), data={"said": "Rang four times", "version": 3}),
    "scheduling:take_up_again": Deed(named=of("follow_up")),
    "scheduling:undo_call": Deed(named=of("call")),
    "scheduling:take_back_call": Deed(named=of("call"), data={"reason": "Another patient"}),
    "scheduling:patient_calls": Page(named=of("patient")),
    "scheduling:next_visit": Page(named=of("patient")),
    "scheduling:book_next": Deed(named=of("follow_up")),
    "scheduling:policies": Page(MANAGER),
    "scheduling:policy_follow_ups": Entry(MANAGER, others={"condition": "all"}),
    "scheduling:policy_visits": Entry(MANAGER),
    "scheduling:policy_place": Entry(MANAGER, of("location")),
    "scheduling:supply": Page(MANAGER),
    "scheduling:new_place": Entry(MANAGER),
    "scheduling:place": Entry(MANAGER, of("location")),
    "scheduling:closed_days": Entry(MANAGER, of("location")),
    "scheduling:new_type": Entry(MANAGER),
    "scheduling:visit_type": Entry(MANAGER, others={"public_id": VISIT_TYPE}),
    "scheduling:hours": Entry(MANAGER, of("doctor")),
    "scheduling:given": Entry(MANAGER, of("doctor")),
    "scheduling:leave": Entry(DESK),
    "scheduling:take_back_leave": Deed(DESK, of("leave")),
    "scheduling:restore_leave": Deed(DESK, of("leave")),
    "scheduling:extra": Entry(DESK),
    "scheduling:take_back_extra": Deed(DESK, of("extra")),
    "scheduling:restore_extra": Deed(DESK, of("extra")),
    "scheduling:to_move": Page(DESK),
    "scheduling:to_move_notice": Page(DESK),
    "scheduling:move_displaced": Deed(DESK, of("visit")),
    "scheduling:keep_displaced": Deed(DESK, of("visit"), data={"reason": "Seen before leaving", "version": 1}),
    "scheduling:undo_keep": Deed(DESK, of("kept")),
    "scheduling:messages": Page(),
    "scheduling:hold": Entry(MANAGER, data={"reason": "The mail server moves"}),
    "scheduling:wordings": Page(DESK),
    "scheduling:wording": Page(DESK, others={"letter": "check_in", "language": "en"}),
    "scheduling:wording_framed": Page(DESK, others={"letter": "check_in", "language": "en", "number": 0}),
    "scheduling:wording_confirm": Deed(
        MANAGER, others={"letter": "check_in", "language": "en"}, data={"seen": "nothing"}
    ),
    "scheduling:message": Page(named=of("letter")),
    "scheduling:resend": Deed(named=of("letter")),
    "scheduling:patient_letters": Page(named=of("patient")),
    "scheduling:own_page_send": Deed(named=of("patient")),
    "scheduling:patient_visits": Page(named=of("patient")),
    "scheduling:online_list": Page(DESK),
    "scheduling:online_one": Entry(DESK, of("online")),
    "patients:list": Page(),
    "patients:search": Page(),
    "patients:new": Entry(),
    "patients:came_back": Page(),
    "patients:corrections": Page(),
    "patients:correction": Entry(named=of("correction")),
    "patients:try_again": Deed(named=of("patient")),
    "patients:consents": Page(named=of("patient")),
    "patients:consents_mail": Deed(named=of("patient")),
    "patients:consent_sign": Entry(named=of("patient") | {"wording": "wording"}),
    "patients:consent_withdraw": Entry(named=of("patient") | {"consent": "consent"}),
    "patients:consent_kinds": Page(MANAGER),
    "patients:consent_words": Entry(MANAGER, others={"kind": "photography"}),
    "patients:detail": Page(named=of("patient")),
    "patients:edit": Entry(named=of("patient")),
    "patients:documents": Page(named=of("patient")),
    "patients:documents_part": Page(named=of("patient")),
    "patients:document_add": Entry(named=of("patient")),
    "patients:document": Page(named=of("document")),
    "patients:document_print": Page(named=of("document")),
    "patients:document_page": Page(named=of("document"), others={"number": 1}),
    "patients:document_small": Page(named=of("document")),
    "patients:document_file": Page(named=of("document"), others={"position": 1}),
    "patients:document_withdraw": Entry(named=of("document"), data={"because": "twice"}),
    "patients:document_put_back": Deed(named=of("document")),
    "patients:merge": Entry(named=of("patient")),
    "patients:undo_merge": Deed(MANAGER, of("joined")),
    "patients:unmerge": Entry(MANAGER, of("joined")),
    "patients:contacts": Entry(named=of("patient")),
    "patients:numbers": Entry(named=of("patient")),
    "patients:alerts": Entry(named=of("patient")),
    "patients:deceased": Entry(named=of("patient")),
    "patients:open_closed": Deed(CLINICAL, of("patient")),
    "patients:confidential": Entry(CLINICAL, of("patient")),
    "patients:confidential_end": Deed(CLINICAL, of("patient")),
    "patients:restriction": Entry(MANAGER, of("patient")),
    "patients:restriction_lift": Deed(MANAGER, of("patient")),
    "patients:contact_end": Deed(named=of("contact")),
    "patients:number_end": Deed(named=of("number")),
    "patients:alert_end": Entry(named=of("alert")),
    "patients:history": Page(CLINICAL, of("patient")),
    "patients:imports": Entry(MANAGER),
    "patients:importing": Page(MANAGER, of("imported")),
    "patients:import_choose": Deed(MANAGER, of("imported")),
    "patients:import_progress": Page(MANAGER, of("imported")),
    "patients:import_save": Deed(MANAGER, of("imported")),
    "patients:import_cancel": Deed(MANAGER, of("imported")),
    "patients:import_undo": Entry(MANAGER, of("imported")),
    "patients:import_rest": Deed(MANAGER, of("imported")),
    "patients:import_decide": Deed(MANAGER, of("held_row"), data={"who": "leave"}),
    "patients:intake_inbox": Page(),
    "patients:intake_review": Page(CLINICAL, of("intake")),
    "patients:intake_details": Page(named=of("intake")),
    "patients:intake_decide": Deed(named=of("intake")),
    "patients:intake_decide_health": Deed(CLINICIAN, of("intake")),
    "patients:intake_take_back": Deed(named=of("intake"), others={"field": "phone"}),
    "patients:tablet_hand_over": Deed(named=of("patient")),
    "patients:intake_mark_reviewed": Deed(CLINICIAN, of("intake")),
    "patients:intake_enter": Entry(named=of("patient")),
    "patients:intake_invite": Deed(named=of("patient")),
    "patients:intake_enter_send": Entry(named=of("patient")),
    "patients:intake_enter_step": Entry(named=of("patient"), others={"step": "pain"}),
    "treatments:catalogue": Page(CLINICAL),
    "treatments:catalogue_entry": Page(CLINICAL, others=BOTOX),
    "treatments:catalogue_edit": Entry(MANAGER, others=BOTOX),
    "treatments:catalogue_confirm": Deed(CLINICIAN, others=BOTOX),
    "treatments:catalogue_limit": Deed(CLINICIAN, others={"key": "neuronox_meditoxin"}),
    "treatments:leaflet_reviews": Page(CLINICAL),
    "treatments:leaflet_words": Page(CLINICAL, others=LEAFLET),
    "treatments:leaflet_confirm": Deed(CLINICIAN, others=LEAFLET),
    "treatments:my_day": Page(CLINICIAN),
    "treatments:patient_story": Page(CLINICAL, of("patient")),
    "treatments:blank_sheet": Page(CLINICAL, of("location")),
    "treatments:plan_blank_sheet": Page(CLINICAL, of("plan")),
    "treatments:session_compare": Page(CLINICAL, of("treated")),
    "treatments:consultation_start": Deed(CLINICIAN, of("patient")),
    "treatments:consultation": Page(CLINICAL, of("consultation")),
    "treatments:consultation_save": Deed(CLINICIAN, of("consultation"), data={"version": 1}),
    "treatments:consultation_typed": Deed(CLINICIAN, of("consultation"), data={"version": 1, "revision": 0}),
    "treatments:consultation_discard": Deed(CLINICIAN, of("consultation")),
    "treatments:consultation_addendum": Deed(CLINICIAN, of("consulted"), data={"text": "Rang the next day: well."}),
    "treatments:consultation_consent": Deed(CLINICIAN, of("consultation")),
    "treatments:elsewhere": Entry(CLINICIAN, of("patient")),
    "treatments:elsewhere_change": Entry(CLINICIAN, of("elsewhere")),
    "treatments:goals": Entry(CLINICIAN, of("patient")),
    "treatments:question_answer": Entry(CLINICIAN, of("intake")),
    "treatments:plan_new": Entry(CLINICIAN, of("patient")),
    "treatments:plan": Page(CLINICAL, of("plan")),
    "treatments:plan_edit": Page(CLINICIAN, of("plan")),
    "treatments:plan_check": Deed(CLINICIAN, of("plan")),
    "treatments:plan_revise": Deed(CLINICIAN, of("plan"), {"version": 1}),
    "treatments:plan_activate": Deed(CLINICIAN, of("plan"), {"version": 1}),
    "treatments:plan_state": Entry(CLINICIAN, of("plan"), data={"state": "paused", "reason": "Abroad until May"}),
    "treatments:plan_resume": Deed(CLINICIAN, of("plan")),
    "treatments:plan_consent": Deed(CLINICIAN, of("plan")),
    "treatments:plan_score": Entry(CLINICIAN, of("plan")),
    "treatments:plan_diary": Entry(CLINICIAN, of("plan")),
    "treatments:plan_window": Page(CLINICAL, of("plan")),
    "treatments:plan_window_set": Deed(
        CLINICIAN, of("plan"), data={"value": "98", "unit": "days", "reason": "Relief lasts longer than scored"}
    ),
    "treatments:plan_wear_off": Deed(CLINICIAN, of("plan")),
    "treatments:plan_flag": Deed(CLINICIAN, of("plan"), {"flag": "non_response"}),
    "treatments:score": Page(CLINICAL, of("score")),
    "treatments:score_correct": Deed(CLINICIAN, of("score")),
    "treatments:score_mark": Deed(CLINICIAN, of("score"), data={"kind": "flare", "reason": "A week of fever"}),
    "treatments:score_withdraw": Deed(CLINICIAN, of("score"), data={"reason": "Of somebody else"}),
    "treatments:mark_withdraw": Deed(CLINICIAN, of("mark"), data={"reason": "It was no flare"}),
    "treatments:wear_off_withdraw": Deed(CLINICIAN, of("wear_off"), data={"reason": "Meant the week before"}),
    "treatments:window_withdraw": Deed(CLINICIAN, of("window"), data={"reason": "Trust the scores again"}),
    "treatments:plan_limit": Deed(CLINICIAN, of("plan")),
    "treatments:patient_events": Page(CLINICAL, of("patient")),
    "treatments:event_new": Entry(CLINICIAN, of("treated")),
    "treatments:event": Entry(CLINICAL, of("event")),
    "treatments:serious_events": Page(CLINICAL),
    "treatments:report": Page(CLINICAL, of("report")),
    "report_by_letter": Page(CLINICAL, of("report")),
    "treatments:report_answer": Deed(CLINICAL, of("report"), data={"done": "Rang: well again."}),
    "treatments:report_by_phone": Entry(named=of("patient")),
    "treatments:session_start": Deed(CLINICIAN, of("plan")),
    "treatments:session": Page(CLINICAL, of("signed")),
    "treatments:session_check": Entry(CLINICIAN, of("draft")),
    "treatments:session_prepare": Entry(CLINICIAN, of("draft")),
    "treatments:session_unprepare": Deed(CLINICIAN, of("draft")),
    "treatments:session_discard": Entry(CLINICIAN, of("draft")),
    "treatments:plan_revisions": Page(CLINICAL, of("plan")),
    "treatments:session_syringe": Page(CLINICIAN, of("draft")),
    "treatments:session_save": Deed(CLINICIAN, of("draft")),
    "treatments:session_review": Deed(CLINICIAN, of("draft")),
    "treatments:session_sign": Entry(CLINICIAN, of("draft")),
    "treatments:session_late": Entry(CLINICIAN, of("draft")),
    "treatments:session_addendum": Deed(CLINICIAN, of("signed"), data={"text": "Rang the next day: well."}),
    "treatments:incidents_seen": Deed(MANAGER, of("signed")),
    "treatments:session_void": Entry(CLINICIAN, of("signed")),
    "treatments:session_print": Page(CLINICAL, of("signed")),
    "treatments:paper_session_sheet": Page(CLINICAL, of("signed")),
    "treatments:paper_treatment_card": Page(CLINICAL, of("signed")),
    "treatments:paper_doctor_letter_new": Entry(CLINICIAN, of("signed")),
    "treatments:paper_doctor_letter": Page(CLINICAL, of("doctor_letter")),
    "treatments:paper_patient_summary": Page(CLINICAL, of("patient")),
    "treatments:paper_printed_plan": Page(CLINICAL, of("plan")),
    "treatments:paper_consent": Page(named=of("consent")),
    "treatments:stock": Page(CLINICAL),
    "treatments:stock_csv": Page(CLINICAL),
    "treatments:stock_receive": Deed(CLINICAL),
    "treatments:stock_close": Deed(CLINICAL),
    "treatments:stock_lot": Page(CLINICAL, of("lot")),
    "treatments:stock_lot_state": Deed(CLINICAL, of("lot"), data={"state": "quarantined", "reason": "Warm on arrival"}),
    "treatments:stock_lot_correct": Deed(
        CLINICAL, of("lot"), data={"expires": "03/2029", "seen": "2028-11-30", "why": "Misread"}
    ),
    "treatments:stock_vial": Page(CLINICAL, of("vial")),
    "treatments:stock_recall": Page(CLINICAL, of("lot")),
    "treatments:stock_recall_print": Page(CLINICAL, of("lot")),
    "treatments:stock_recall_contact": Deed(
        CLINICAL, {"public_id": "lot", "patient": "treated"}, data={"outcome": "no_answer"}
    ),
    "treatments:fridge": Page(CLINICAL, of("location")),
    "treatments:fridge_reading": Deed(CLINICAL, of("location"), data={"min_c": "2", "max_c": "9", "now_c": "5"}),
    "treatments:fridge_answer": Deed(CLINICAL, of("reading"), data={"note": "Door left open for a minute"}),
}
INTAKE = {"token": "intake_link"}
CONSENTS = {"token": "consents_link"}
NOBODYS = UUID(int=7)
PAGE = {"token": "page_link"}
LINKS: dict[str, Entry] = {
    "patients:intake_open": Entry(named=INTAKE),
    "patients:intake_who": Entry(named=INTAKE),
    "patients:intake_language": Entry(named=INTAKE),
    "patients:intake_step": Entry(named=INTAKE, others={"step": "pain"}),
    "patients:intake_letter": Entry(named=INTAKE),
    "patients:intake_typed": Entry(named=INTAKE, others={"step": "pain"}),
    "patients:intake_send": Entry(named=INTAKE),
    "patients:intake_left": Entry(named=INTAKE),
    "patients:consents_link": Entry(named=CONSENTS),
    "patients:consents_who": Entry(named=CONSENTS),
    "patients:consents_sign": Entry(named=CONSENTS, others={"wording": NOBODYS}),
    "patients:consents_withdraw": Entry(named=CONSENTS, others={"consent": NOBODYS}),
    "consent_copy_by_link": Entry(named=CONSENTS, others={"public_id": NOBODYS}),
    "scheduling:book_by_link": Entry(named={"token": "book_link"}),
    "scheduling:check_in": Entry(named={"token": "check_in_link"}),
    "scheduling:confirm_visit": Entry(named={"token": "visit_link"}),
    "scheduling:manage_visit": Entry(named={"token": "manage_link"}),
    "scheduling:move_visit": Entry(named={"token": "manage_link"}),
    "scheduling:visit_file": Entry(named={"token": "manage_link"}),
    "patients:stop_reminders": Entry(named={"token": "stop_link"}),
    "patients:preferences": Entry(named={"token": "preferences_link"}),
    "scheduling:aftercare": Entry(named={"token": "advice_link"}),
    "scheduling:own_page": Entry(named=PAGE),
    "scheduling:own_page_check": Entry(named=PAGE),
    "scheduling:own_page_close": Entry(named=PAGE),
    "scheduling:own_page_visit": Entry(named=PAGE, others={"public_id": VISIT_TYPE}),
    "scheduling:own_page_go": Entry(named=PAGE, others={"where": "wishes"}),
    "scheduling:own_page_copy": Entry(named=PAGE, others={"form": "tables"}),
    "scheduling:own_page_correct": Entry(named=PAGE),
    "scheduling:own_page_document": Entry(named=PAGE, others={"public_id": VISIT_TYPE}),
    "scheduling:feed": Entry(named={"token": "feed_link"}),
    "scheduling:slot_offer": Entry(named={"token": "offer_link"}),
    "staff:letter": Entry(named={"token": "staff_link"}),
}
DOORS = frozenset(
    {"healthz", "readyz", "staff:sign_in", "staff:forgotten", "staff:set_password", "patients:intake_sent"}
)
TABLET = frozenset(
    {
        "patients:tablet",
        "patients:tablet_step",
        "patients:tablet_send",
        "patients:tablet_language",
        "patients:tablet_letter",
        "patients:tablet_back",
    }
)
"""The form on the clinic's tablet: open in the browser it was handed over in (tests/patients/test_intake_tablet.py)."""
ANYBODY = TABLET | {
    "scheduling:own_page_ask",
    "scheduling:online_choose",
    "scheduling:online_yours",
    "leaflets:contents",
    "leaflets:leaflet",
}
"""A location's pages for anybody (tests/scheduling/test_online_pages.py, tests/treatments/test_leaflet_pages.py)."""
