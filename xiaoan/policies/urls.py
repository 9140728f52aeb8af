from django.urls import path

from xiaoan.policies import draft_pages, pages, publish_pages

app_name = "policies"
urlpatterns = [
    path("", pages.document_list, name="list"),
    path("<uuid:pk>/", pages.document, name="document"),
    path("<uuid:pk>/open/", pages.open_document, name="open"),
    path("<uuid:pk>/opened/", pages.opened, name="opened"),
    path("<uuid:pk>/read/", pages.read, name="read"),
    path("<uuid:pk>/source/", pages.source, name="source"),
    path("<uuid:pk>/version/", pages.new_version, name="version"),
    path("<uuid:pk>/publish/", publish_pages.publish, name="publish"),
    path("publications/<uuid:pk>/progress/", publish_pages.progress, name="progress"),
    path("publications/<uuid:pk>/end/", publish_pages.end, name="end"),
    path("draft/", draft_pages.start, name="start"),
    path("draft/<uuid:pk>/", draft_pages.draft, name="draft"),
    path("draft/<uuid:pk>/head/", draft_pages.head, name="head"),
    path("draft/<uuid:pk>/accept/", draft_pages.accept, name="accept"),
    path("draft/<uuid:pk>/discard/", draft_pages.discard, name="discard"),
    path("draft/clauses/<uuid:pk>/add/", draft_pages.add, name="add"),
    path("draft/rows/<uuid:pk>/", draft_pages.row, name="row"),
    path("draft/rows/<uuid:pk>/keep/", draft_pages.keep, name="keep"),
    path("draft/rows/<uuid:pk>/drop/", draft_pages.drop, name="drop"),
]
