from django.urls import path

from xiaoan.engines.connect import pages

app_name = "connect"
urlpatterns = [
    path("", pages.integrations, name="list"),
    path("new/", pages.choose, name="choose"),
    path("new/<uuid:post>/", pages.add, name="add"),
    path("<uuid:integration>/", pages.show, name="show"),
    path("<uuid:integration>/token/", pages.renew, name="renew"),
    path("<uuid:integration>/revoke/", pages.revoke, name="revoke"),
    path("<uuid:integration>/endpoints/", pages.add_endpoint, name="add_endpoint"),
    path("endpoints/<uuid:endpoint>/switch/", pages.switch, name="switch"),
    path("deliveries/<uuid:delivery>/again/", pages.send_again, name="send_again"),
]
