"""Routes of the desk."""

from django.urls import path

from . import (
    case,
    chat,
    counts,
    lists,
    notices,
    quality,
    settings,
    shelf,
    sign_in,
    supervision,
    themes,
    today,
)

app_name = "desk"
urlpatterns = [
    path("", today.today, name="today"),
    path("pulse/", today.pulse, name="pulse"),
    path("case/<slug:reference>/", case.case, name="case"),
    path("case/<slug:reference>/contact/", case.contact, name="contact"),
    path("case/<slug:reference>/original/", case.original, name="original"),
    path("case/<slug:reference>/photo/<str:name>", case.photo, name="photo"),
    path("case/<slug:reference>/<slug:verb>/", case.act, name="act"),
    path("chat/", chat.chat, name="chat"),
    path("chat/answers/", chat.answers, name="chat-answers"),
    path("find/", case.find, name="find"),
    path("cases/", lists.cases, name="cases"),
    path("counts/", counts.counts, name="counts"),
    path("themes/", themes.themes, name="themes"),
    path("themes/cases/", themes.cases, name="theme-cases"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.read_all, name="read-all"),
    path("notices/<uuid:notice_id>/<slug:reference>/", notices.open_notice, name="open-notice"),
    path("quality/", quality.quality, name="quality"),
    path("settings/", settings.settings, name="settings"),
    path("settings/change/", settings.change, name="change-setting"),
    path("shelf/", shelf.shelf, name="shelf"),
    path("shelf/<uuid:delivery_id>/again/", shelf.again, name="again"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("supervision/", supervision.supervision, name="supervision"),
    path("supervision/findings/<uuid:finding_id>/", supervision.finding, name="finding"),
    path("supervision/findings/<uuid:finding_id>/judge/", supervision.judge, name="judge-finding"),
    path(
        "supervision/findings/<uuid:finding_id>/object/",
        supervision.object_to,
        name="object-to-finding",
    ),
    path(
        "supervision/findings/<uuid:finding_id>/decide/",
        supervision.decide,
        name="decide-objection",
    ),
    path("supervision/rules/", supervision.rules, name="supervision-rules"),
    path("supervision/rules/try/", supervision.try_rules, name="try-rules"),
    path("supervision/rules/<slug:rule>/change/", supervision.change_rule, name="change-rule"),
]
