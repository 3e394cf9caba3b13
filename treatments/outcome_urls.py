"""Addresses of what worked: scores put right, the headache diary, the effect window."""

from django.urls import URLPattern, path

from treatments.views import diary, outcome, plan_window

urlpatterns: list[URLPattern] = [
    path("plans/<uuid:public_id>/headache-days/", diary.plan_diary, name="plan_diary"),
    path("plans/<uuid:public_id>/window/", plan_window.plan_window, name="plan_window"),
    path("plans/<uuid:public_id>/window/set/", plan_window.plan_window_set, name="plan_window_set"),
    path("plans/<uuid:public_id>/wear-off/", plan_window.plan_wear_off, name="plan_wear_off"),
    path("plans/<uuid:public_id>/flags/<slug:flag>/", plan_window.plan_flag, name="plan_flag"),
    path("scores/<uuid:public_id>/", outcome.score, name="score"),
    path("scores/<uuid:public_id>/correct/", outcome.score_correct, name="score_correct"),
    path("scores/<uuid:public_id>/mark/", outcome.score_mark, name="score_mark"),
    *(
        path(
            f"outcomes/{kind}/<uuid:public_id>/withdraw/",
            outcome.outcome_withdraw,
            {"kind": kind},
            name=f"{kind}_withdraw",
        )
        for kind in outcome.MODELS
    ),
]
