from django.urls import URLPattern, path

from xiaoan.hazards.telling import pages as telling

app_name = "hazards"
urlpatterns: list[URLPattern] = [
    path("tell/<str:point>/", telling.tell, name="tell"),
    path("told/<str:told_token>/", telling.told_page, name="told"),
    path("thanks/", telling.thanks, name="thanks"),
]
