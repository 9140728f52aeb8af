"""The component sheet, a county board and a phone page, all with made-up figures."""

from django.urls import path

from xiaoan.engines.ui.gallery import gallery
from xiaoan.engines.ui.tests import mock

urlpatterns = [
    path("", gallery),
    path("board/", mock.board),
    path("m/", mock.phone),
    path("fault/<str:name>/", mock.fault),
]
