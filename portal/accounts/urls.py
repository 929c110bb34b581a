"""Doors to an account."""

from django.urls import path

from portal.accounts.views import codes, desk, own, passwords, proposals, sessions, signing_in

app_name = "accounts"
urlpatterns = [
    path("dang-nhap", signing_in.SignIn.as_view(), name="sign_in"),
    path("dang-nhap/ma", codes.code, name="code"),
    path("dang-nhap/dang-ky-ma", codes.enrol, name="enrol"),
    path("dang-nhap/mat-khau-moi", passwords.new_password, name="new_password"),
    path("dang-nhap/tai-khoan-khac", signing_in.turn_round, name="turn_round"),
    path("dang-xuat", signing_in.sign_out, name="sign_out"),
    path("thong-tin-cua-toi", own.profile, name="profile"),
    path("thong-tin-cua-toi/mat-khau", passwords.change, name="password"),
    path("thong-tin-cua-toi/phien", sessions.mine, name="sessions"),
    path("thong-tin-cua-toi/phien/ket-thuc", sessions.end, name="end_sessions"),
    path("thong-tin-cua-toi/doi-dien-thoai", codes.change_phone, name="change_phone"),
    path("thong-tin-cua-toi/dien-thoai-moi", codes.open_change_of_phone, name="new_phone"),
    path("thong-tin-cua-toi/ma-du-phong", codes.renew_paper_codes, name="paper_codes"),
    path("tai-khoan", desk.people, name="desk"),
    path("tai-khoan/moi", desk.make, name="desk_make"),
    path("tai-khoan/de-nghi", proposals.proposals, name="proposals"),
    path("tai-khoan/de-nghi/<int:pk>", proposals.decide, name="decide"),
    path("tai-khoan/<int:pk>", desk.person, name="desk_person"),
    path("tai-khoan/<int:pk>/vi-tri", desk.give, name="desk_give"),
    path("tai-khoan/<int:pk>/vi-tri/<int:posting>/ket-thuc", desk.end, name="desk_end"),
    path("tai-khoan/<int:pk>/<slug:word>", desk.act, name="desk_act"),
]
