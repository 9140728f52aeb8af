from django.urls import path

from xiaoan.engines.resource.pages import export_page, list_page
from xiaoan.obligations.pages import assignments, breakdown, burden, duties, exemptions, feed, tasks
from xiaoan.obligations.resource import ASSIGNMENTS, EXEMPTIONS, TASKS

app_name = "obligations"
urlpatterns = [
    path("", duties.mine, name="mine"),
    path("feed/", feed.settings, name="feed_settings"),
    path("feed/<str:token>.ics", feed.feed, name="feed"),
    path("tasks/", list_page(TASKS), name="tasks"),
    path("tasks/export.xlsx", export_page(TASKS), name="tasks_export"),
    path("tasks/new/", tasks.new, name="new_task"),
    path("tasks/breakdown/", breakdown.breakdown, name="breakdown"),
    path("tasks/breakdown/<uuid:document>/", breakdown.breakdown, name="breakdown"),
    path("tasks/<uuid:task>/", tasks.show, name="task"),
    path("tasks/<uuid:task>/chase/", tasks.chase, name="chase"),
    path("assignments/", list_page(ASSIGNMENTS), name="assignments"),
    path("assignments/export.xlsx", export_page(ASSIGNMENTS), name="assignments_export"),
    path("assignments/<uuid:assignment>/", assignments.show, name="assignment"),
    path("assignments/<uuid:assignment>/hand-in/", assignments.hand_in, name="hand_in"),
    path("assignments/<uuid:assignment>/quarter/", assignments.quarter, name="quarter"),
    path("assignments/<uuid:assignment>/<slug:move>/", assignments.decide, name="decide"),
    path("exemptions/", list_page(EXEMPTIONS), name="exemptions"),
    path("exemptions/export.xlsx", export_page(EXEMPTIONS), name="exemptions_export"),
    path("exemptions/ask/", exemptions.ask, name="ask_exemption"),
    path("exemptions/<uuid:exemption>/", exemptions.show, name="exemption"),
    path("exemptions/<uuid:exemption>/<slug:move>/", exemptions.decide, name="decide_exemption"),
    path("burden/", burden.burden, name="burden"),
    path("rules/", burden.rules, name="rules"),
    path("measures/", burden.all_measures, name="measures"),
]
