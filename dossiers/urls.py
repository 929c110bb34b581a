"""Doors to dossiers."""

from django.urls import path

from dossiers.views import (
    files,
    filling,
    following,
    keeping,
    queue,
    starting,
    tracking,
    unfinished,
    unmasking,
    uploads,
    working,
)

app_name = "dossiers"
urlpatterns = [
    path("nop-ho-so", starting.start, name="start"),
    path("ho-so-cua-toi", starting.mine, name="mine"),
    path("ho-so-cua-toi/da-xoa", unfinished.trash, name="trash"),
    path("nhap/<int:pk>/lay-lai", unfinished.take_back, name="take_back"),
    path("nhap/<int:pk>/nguoi-nop", filling.who, name="who"),
    path("nhap/<int:pk>/giay-to", filling.papers, name="papers"),
    path("nhap/<int:pk>/to-khai", filling.form, name="form"),
    path("nhap/<int:pk>/phi", filling.receiving, name="receiving"),
    path("nhap/<int:pk>/xem-lai", filling.review, name="review"),
    path("nhap/<int:pk>/xoa", starting.discard, name="discard"),
    path("nhap/<int:pk>/tu-luu/<slug:page>", filling.autosave, name="autosave"),
    path("tep/<int:pk>", files.attachment, name="attachment"),
    path("tep/<int:pk>/anh", files.picture, name="picture"),
    path("tep/<int:pk>/anh-nho", files.picture, {"small": True}, name="thumbnail"),
    path("tai-len", uploads.open_upload, name="open_upload"),
    path("giay-to-cua-toi", keeping.mine, name="my_files"),
    path("giay-to-cua-toi/tep/<int:pk>", keeping.download, name="my_file"),
    path("nhap/<int:pk>/giay-to/<int:no>/da-nop", keeping.reuse, name="reuse"),
    path("tep/<int:pk>/xoa", files.remove, name="remove"),
    path("giay/<int:pk>", files.paper, name="paper"),
    path("ho-so/<str:code>", following.show, name="show"),
    path("ho-so/<str:code>/da-gui", following.sent, name="sent"),
    path("ho-so/<str:code>/bo-sung", following.supplement, name="supplement"),
    path("ho-so/<str:code>/rut", following.withdraw, name="withdraw"),
    path("ho-so/<str:code>/ket-qua", files.result, name="result"),
    path("tra-cuu", tracking.lookup, name="lookup"),
    path("tra-cuu/<str:token>", tracking.track, name="track"),
    path("can-bo", queue.queue, name="queue"),
    path("can-bo/buoc/<int:pk>/nhan", working.claim, name="claim"),
    path("can-bo/buoc/<int:pk>/tra-lai", working.release, name="release"),
    path("can-bo/ho-so/<str:code>", working.work, name="work"),
    path("can-bo/ho-so/<str:code>/xem-du/<path:name>", unmasking.show_full, name="show_full"),
    path("can-bo/ho-so/<str:code>/<slug:move>", working.move, name="move"),
]
