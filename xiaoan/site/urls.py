"""All addresses of the site."""

from django.urls import URLPattern, URLResolver, include, path

from xiaoan.engines.connect.api import api_urls
from xiaoan.risks.pages.public import point
from xiaoan.site.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", health, name="health"),
    path("accounts/", include("xiaoan.ground.people.entry")),
    path("units/", include("xiaoan.ground.units.urls")),
    path("people/", include("xiaoan.ground.people.urls")),
    path("norms/", include("xiaoan.ground.norms.urls")),
    path("journal/", include("xiaoan.ground.people.journal_urls")),
    path("calendar/", include("xiaoan.ground.calendar.urls")),
    path("api/", api_urls()),
    path("connect/", include("xiaoan.engines.connect.urls")),
    path("jobs/", include("xiaoan.engines.jobs.urls")),
    path("intake/", include("xiaoan.engines.intake.urls")),
    path("files/", include("xiaoan.engines.files.urls")),
    path("records/", include("xiaoan.engines.sheets.urls")),
    path("sync/", include("xiaoan.engines.sync.urls")),
    path("policies/", include("xiaoan.policies.urls")),
    path("duties/", include("xiaoan.obligations.urls")),
    path("checks/", include("xiaoan.checks.urls")),
    path("risks/", include("xiaoan.risks.urls")),
    path("q/<str:token>/", point, name="point"),
    path("hazards/", include("xiaoan.hazards.urls")),
    path("patrols/", include("xiaoan.patrols.urls")),
    path("inspections/", include("xiaoan.inspections.urls")),
    path("matters/", include("xiaoan.matters.urls")),
    path("officers/", include("xiaoan.officers.urls")),
    path("phone/", include("xiaoan.board.phone.urls")),
    path("", include("xiaoan.board.urls")),
]

handler500 = "xiaoan.engines.ui.outage.fault"
