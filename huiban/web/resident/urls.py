"""The residents' addresses. A receipt in an address opens one report; a reference opens nothing."""

from __future__ import annotations

from django.urls import path

from huiban.web.kit.print_size import change

from .following import act, by_device, by_receipt, follow, photo
from .home import front, home
from .mine import forget, mine
from .opinions import opinion, opinions
from .place import place
from .telling import danger_words, tell, tell_at

app_name = "resident"

urlpatterns = [
    path("", front, name="front"),
    path("receipt/", home, name="home"),
    path("print-size/", change, name="print_size"),
    path("r/<str:tag>/", place, name="place"),
    path("r/<str:tag>/tell/", tell_at, name="tell_at"),
    path("tell/", tell, name="tell"),
    path("danger-words/", danger_words, name="danger_words"),
    path("p/", opinions, name="opinions"),
    path("p/<str:code>/", opinion, name="opinion"),
    path("t/<str:receipt>/", by_receipt(follow), name="follow"),
    path("t/<str:receipt>/photo/<str:name>", by_receipt(photo), name="photo"),
    path("t/<str:receipt>/<str:verb>/", by_receipt(act), name="act"),
    path("mine/", mine, name="mine"),
    path("mine/forget/", forget, name="forget"),
    path("mine/<str:reference>/", by_device(follow), name="mine_follow"),
    path("mine/<str:reference>/photo/<str:name>", by_device(photo), name="mine_photo"),
    path("mine/<str:reference>/<str:verb>/", by_device(act), name="mine_act"),
]
