"""Routes of the pages about feeds."""

from __future__ import annotations

from django.urls import path

from zhunsheng.feeds.pages import board

urlpatterns = [path("feeds/", board.board, name="feeds")]
