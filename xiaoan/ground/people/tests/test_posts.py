from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from conftest import Cast, client_of
from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.people.rights import actor_for, current_posts
from xiaoan.ground.people.services import appoint, appoint_deputy, dismiss, enrol, reset_first_password
from xiaoan.kernel import clock
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Stale

DAY = timedelta(days=1)


@pytest.fixture
def today(wednesday: Any) -> date:
    return clock.today()


def somebody(cast: Cast, unit: Any = None, role: str = "guard") -> Person:
    post, _ = enrol(
        actor=cast.actor("county_officer"), unit=unit or cast.primary, username=f"new-{Person.objects.count()}",
        name="新人", role=role,
    )  # fmt: skip
    return post.person


def test_a_post_gives_a_role_at_a_unit_between_two_days(cast: Cast, today: date) -> None:
    person = somebody(cast)
    Post.objects.all().filter(person=person).delete()
    officer = cast.actor("county_officer")
    appoint(actor=officer, person=person, unit=cast.primary, role="safety_officer", starts=today, ends=today + 2 * DAY)
    for offset, held in ((-1, 0), (0, 1), (2, 1), (3, 0)):
        with clock.held_at(clock.now() + offset * DAY):
            assert len(current_posts(person)) == held, offset
    actor = actor_for(current_posts(person)[0])
    assert (actor.role, actor.scope) == ("safety_officer", cast.primary.path)
    assert actor.may("people.read", cast.primary.path)
    assert not actor.may("people.read", cast.junior.path)


def test_a_role_belongs_to_the_rank_of_the_unit(cast: Cast, today: date) -> None:
    with pytest.raises(Invalid, match="没有“区县安全管理人员”"):
        appoint(actor=cast.actor("county_officer"), person=somebody(cast), unit=cast.primary, role="county_officer")


def test_nobody_appoints_outside_the_scope_or_without_the_right(cast: Cast, today: date) -> None:
    person = somebody(cast)
    with pytest.raises(NotKnown):
        appoint(actor=cast.actor("principal"), person=person, unit=cast.junior, role="guard")
    with pytest.raises(NotAllowed):
        appoint(actor=cast.actor("guard"), person=person, unit=cast.primary, role="guard")


def test_nobody_appoints_or_dismisses_oneself(cast: Cast, today: date) -> None:
    post = cast.post("principal", cast.primary)
    actor = actor_for(post)
    with pytest.raises(NotAllowed, match="自己"):
        appoint(actor=actor, person=post.person, unit=cast.primary, role="system_administrator")
    with pytest.raises(NotAllowed, match="自己"):
        dismiss(actor=actor, post=post, ends=today)


def test_the_same_post_is_not_given_twice(cast: Cast, today: date) -> None:
    person = somebody(cast)
    with pytest.raises(Invalid, match="这段时间已在"):
        appoint(actor=cast.actor("county_officer"), person=person, unit=cast.primary, role="guard")


def test_an_ended_post_gives_no_rights_from_the_next_day(cast: Cast, today: date) -> None:
    post = cast.post("principal", cast.primary)
    client = client_of(post)
    assert client.get("/people/").status_code == 200
    dismiss(actor=cast.actor("county_officer"), post=post, ends=today - DAY)
    assert client.get("/people/").status_code == 403
    assert client.get("/people/me/").status_code == 200


def test_a_stale_dismissal_changes_nothing(cast: Cast, today: date) -> None:
    held = cast.post("principal", cast.primary)
    stale = Post.objects.get(pk=held.pk)
    dismiss(actor=cast.actor("county_officer"), post=held, ends=today)
    with pytest.raises(Stale):
        dismiss(actor=cast.actor("county_officer"), post=stale, ends=today + 9 * DAY)
    assert Post.objects.get(pk=held.pk).ends == today


def test_a_deputy_holds_the_rights_until_the_last_day_and_is_shown_as_one(cast: Cast, today: date) -> None:
    principal, person = cast.post("principal", cast.primary), somebody(cast)
    deputy = appoint_deputy(
        actor=cast.actor("county_officer"), post=principal, person=person, starts=today, ends=today + DAY
    )
    assert deputy.role_name == "代理校长(园长)"
    assert deputy.deputy_for == principal
    assert actor_for(deputy).holds("people.manage")
    assert [post.role for post in current_posts(person)] == ["guard", "principal"], "one's own post comes first"
    with clock.held_at(clock.now() + 2 * DAY):
        assert [post.role for post in current_posts(person)] == ["guard"]


def test_a_deputy_needs_an_end_and_is_somebody_else(cast: Cast, today: date) -> None:
    principal, officer = cast.post("principal", cast.primary), cast.actor("county_officer")
    with pytest.raises(Invalid, match="哪一天"):
        appoint_deputy(actor=officer, post=principal, person=somebody(cast), starts=today, ends=None)
    with pytest.raises(Invalid, match="本人"):
        appoint_deputy(actor=officer, post=principal, person=principal.person, starts=today, ends=today)


def test_whoever_holds_two_posts_switches_between_them(cast: Cast, today: date) -> None:
    person = somebody(cast)
    other = appoint(actor=cast.actor("county_officer"), person=person, unit=cast.junior, role="principal")
    Person.objects.filter(id=person.id).update(must_change_password=False)
    client = Client()
    client.force_login(Person.objects.get(id=person.id))
    first = current_posts(person)[0]
    assert client.get("/people/me/").context["request"].post == first
    unchosen = other if first != other else next(p for p in current_posts(person) if p != first)
    assert (
        client.post("/people/switch/", {"post": unchosen.id, "next": "/people/me/"}).headers["Location"]
        == "/people/me/"
    )
    assert client.get("/people/me/").context["request"].actor.post_id == unchosen.id


def test_nobody_switches_to_a_post_of_another_or_leaves_the_site(cast: Cast, today: date) -> None:
    mine = cast.post("guard", cast.primary)
    client = client_of(mine)
    assert client.post("/people/switch/", {"post": cast.post("principal", cast.primary).id}).status_code == 404
    answer = client.post("/people/switch/", {"post": mine.id, "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"


def test_an_account_with_a_post_outside_is_reset_only_from_above(cast: Cast, today: date) -> None:
    person = cast.post("county_officer", cast.county).person
    appoint(actor=cast.actor("city_officer"), person=person, unit=cast.primary, role="safety_officer")
    with pytest.raises(NotAllowed, match="范围以外"):
        reset_first_password(actor=cast.actor("principal"), person=person)
    before = person.password
    first = reset_first_password(actor=cast.actor("city_officer"), person=person)
    assert person.password != before
    assert person.check_password(first)
    assert person.must_change_password


def test_system_keepers_and_auditors_see_no_pupil_data(cast: Cast) -> None:
    for role, sees in (("system_administrator", False), ("auditor", False), ("homeroom_teacher", True)):
        assert cast.actor(role).holds("pupils.see") is sees, role


def test_a_safety_director_neither_makes_nor_resets_who_is_set_over_the_post(cast: Cast, today: date) -> None:
    director = cast.actor("safety_director")
    with pytest.raises(NotAllowed):
        appoint(actor=director, person=somebody(cast), unit=cast.primary, role="principal")
    with pytest.raises(NotAllowed):
        reset_first_password(actor=director, person=cast.post("principal", cast.primary).person)
    assert reset_first_password(actor=cast.actor("principal"), person=cast.post("guard", cast.primary).person)
