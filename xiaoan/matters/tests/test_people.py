"""Key persons, petitions, disputes, mediation, enquiries."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from conftest import Cast, client_of
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.norms.models import NormRow
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM, Actor
from xiaoan.kernel.errors import Invalid, NotAllowed
from xiaoan.matters.models import Contact, KeyPerson, Matter, Mediation
from xiaoan.matters.queries import overview
from xiaoan.matters.seeing import listed_for
from xiaoan.matters.services import cases, enquiries, keepers
from xiaoan.matters.tests.making import a_body, of_body, tell
from xiaoan.matters.tests.test_cases import disagreements

pytestmark = pytest.mark.usefixtures("wednesday")
NAME = "合成张某"


def name(cast: Cast, role: str, duty: str, unit: Any = None) -> Actor:
    unit = unit or cast.county
    keepers.name_keeper(actor=SYSTEM, unit=unit, post=cast.post(role, unit), duty=duty)
    return cast.actor(role, unit)


def refusals() -> int:
    return Entry.objects.filter(verb="查看被拒绝").count()


def test_only_the_entitled_officer_keeps_the_list_and_a_refusal_is_logged(cast: Cast) -> None:
    """S2-2.14-02"""
    entitled = name(cast, "county_officer", "petitions")
    told = {"name": NAME, "why": "合成:补偿诉求", "responsible": cast.primary.name, "keeper": "合成校长"}
    assert client_of(entitled).post("/matters/key-persons/", told).status_code == 302
    person = KeyPerson.objects.get()
    seen = {"person": str(person.id), "words": "合成:电话联系", "calm": "watch"}
    assert client_of(entitled).post("/matters/key-persons/", seen).status_code == 302
    page = client_of(entitled).get("/matters/key-persons/").content.decode()
    assert NAME in page and "合成校长" in page and "需关注" in page and "11月18日" in page
    others = [
        ("county_leader", cast.county),
        ("city_officer", cast.city),
        ("principal", cast.primary),
        ("auditor", cast.county),
    ]
    for n, (role, unit) in enumerate(others, 1):
        answer = client_of(cast.actor(role, unit)).get("/matters/key-persons/")
        assert answer.status_code == 403 and NAME not in answer.content.decode() and refusals() == n
    with pytest.raises(NotAllowed):
        keepers.add_key_person(actor=cast.actor("county_officer", cast.other_county), unit=cast.other_county, **told)
    assert NAME not in str(list(Entry.objects.values_list("subject_name", "changes")))


def test_the_school_records_contacts_and_the_county_sees_the_latest_state(cast: Cast) -> None:
    """S2-2.14-03"""
    petition, school = tell(cast, "petition", by="safety_officer"), cast.actor("safety_officer")
    keepers.record_contact(actor=school, matter=petition, words="合成:上门谈心", calm="risk")
    with clock.held_at(clock.now() + timedelta(days=1)):
        answer = client_of(school).post(f"/matters/{petition.id}/contact/", {"words": "合成:情绪平稳", "calm": "calm"})
    assert answer.status_code == 302
    page = client_of(cast.actor("county_officer")).get(f"/matters/{petition.id}/").content.decode()
    assert "合成:上门谈心" in page and "合成:情绪平稳" in page
    assert Matter.objects.get(id=petition.id).calm == "calm" and Contact.objects.count() == 2
    with pytest.raises(Invalid):
        keepers.record_contact(actor=school, matter=petition, words="合成", calm="")


def test_the_city_sees_petitions_by_responsible_unit_with_the_on_time_rate(cast: Cast) -> None:
    """S2-2.14-04"""
    first, second = tell(cast, "petition"), tell(cast, "petition")
    for matter, days in ((first, 0), (second, 90)):
        with clock.held_at(clock.now() + timedelta(days=days)):
            cases.handle(actor=cast.actor("safety_officer"), matter=matter)
            cases.answer(actor=cast.actor("safety_officer"), matter=matter, words="合成:已答复")
    city = overview.by_unit(cast.actor("city_officer"), cast.city, "petition")
    assert [(r.unit.name, r.open, r.rate) for r in city] == [(cast.county.name, 2, "50%")]
    county = overview.by_unit(cast.actor("city_officer"), cast.county, "petition")
    assert [(r.unit.name, r.rate) for r in county] == [(cast.primary.name, "50%")]
    page = client_of(cast.actor("city_officer")).get("/matters/overview/?family=petition").content.decode()
    assert cast.county.name in page and "50%" in page and not disagreements()


def test_the_county_sees_unresolved_disputes_by_age(cast: Cast) -> None:
    """S2-2.14-05"""
    tell(cast, "dispute_pupils")
    old = tell(cast, "dispute_home")
    Matter.objects.filter(id=old.id).update(made_at=clock.now() - timedelta(days=40))
    solved = tell(cast, "dispute_staff")
    cases.handle(actor=cast.actor("safety_officer"), matter=solved)
    cases.answer(actor=cast.actor("safety_officer"), matter=solved, words="合成:双方和解")
    cases.confirm(actor=cast.actor("principal"), matter=solved)
    told = overview.disputes_by_age(cast.actor("county_officer"), cast.county)
    assert [n for _, n in told] == [1, 0, 1, 0]
    page = client_of(cast.actor("county_officer")).get("/matters/overview/?family=dispute").content.decode()
    assert "31—90 天" in page and "没有化解的" in page


def test_petitions_and_disputes_are_not_for_everybody(cast: Cast) -> None:
    dispute, petition = tell(cast, "dispute_home"), tell(cast, "petition")
    township, police = cast.actor("township_officer"), of_body(cast, "police")
    for who in (township, police):
        assert not listed_for(who).exists()
        assert client_of(who).get(f"/matters/{dispute.id}/").status_code == 404
    cases.pass_on(actor=cast.actor("safety_officer"), matter=dispute, partner=a_body(cast.county, "police"))
    assert [m.id for m in listed_for(police)] == [dispute.id]
    assert {m.id for m in listed_for(cast.actor("county_officer"))} == {dispute.id, petition.id}


def test_mediation_is_read_by_those_in_the_case_and_the_named_officer_alone(cast: Cast) -> None:
    dispute = tell(cast, "dispute_home", by="safety_director")
    keepers.record_mediation(actor=cast.actor("safety_director"), matter=dispute, words="合成调解经过")
    url, named = f"/matters/{dispute.id}/mediation/", name(cast, "county_officer", "mediation")
    for who in (cast.actor("safety_director"), named):
        assert "合成调解经过" in client_of(who).get(url).content.decode()
    for n, role in enumerate(("principal", "safety_officer", "county_leader"), 1):
        assert client_of(cast.actor(role)).get(url).status_code == 403 and refusals() == n
    assert client_of(cast.actor("county_officer", cast.other_county)).get(url).status_code == 404
    keepers.add_party(
        actor=cast.actor("safety_director"), matter=dispute, person=cast.post("principal", cast.primary).person
    )
    assert "合成调解经过" in client_of(cast.actor("principal")).get(url).content.decode()
    assert "合成调解经过" not in str(list(Entry.objects.values_list("subject_name", "changes")))
    for elsewhere in ("/matters/", f"/matters/{dispute.id}/", "/api/matters/", f"/api/matters/{dispute.id}/"):
        assert "合成调解经过" not in client_of(named).get(elsewhere).content.decode()
    assert Mediation.objects.count() == 1


def test_an_enquiry_is_answered_and_the_asker_sees_it_through_a_private_link(cast: Cast) -> None:
    """S2-2.14-06, S2-2.14-07"""
    parent = Client()
    answer = parent.post(f"/matters/ask/{cast.primary.id}/", {"words": "合成:转学要带什么材料"})
    link = answer.headers["Location"]
    matter = Matter.objects.get()
    assert answer.status_code == 302 and matter.answer_by == clock.today() + timedelta(days=7) and matter.token in link
    assert "还在办理" in parent.get(link).content.decode()
    officer = cast.actor("safety_officer")
    cases.handle(actor=officer, matter=matter)
    cases.answer(actor=officer, matter=matter, words="合成:带户口簿和学籍卡")
    page = Client().get(link)
    assert "合成:带户口簿和学籍卡" in page.content.decode() and page.headers["Referrer-Policy"] == "no-referrer"
    assert Client().get(link.replace(matter.token, "x" * 43)).status_code == 404
    again = Client().post(link, {"content": "3", "words": "", "step": "2"})
    assert again.status_code == 422 and Matter.objects.get().state == "answered"
    assert Client().post(link, {"content": "3", "words": "合成:还不清楚", "step": "2"}).status_code == 302
    matter.refresh_from_db()
    assert matter.state == "handling"
    cases.answer(actor=officer, matter=matter, words="合成:再说明")
    Client().post(link, {"content": "1", "step": str(matter.step)})
    matter.refresh_from_db()
    assert (matter.state, matter.content, matter.in_time) == ("closed", 1, True)
    assert dict(overview.contentment(cast.primary)["enquiry"])["满意"] == 1 and not disagreements()


def test_a_quiet_enquiry_is_closed_by_the_clock(cast: Cast) -> None:
    matter, officer = enquiries.ask(unit=cast.primary, words="合成:几点开校门"), cast.actor("safety_officer")
    cases.handle(actor=officer, matter=matter)
    cases.answer(actor=officer, matter=matter, words="合成:六点半")
    with clock.held_at(clock.now() + timedelta(days=14)):
        assert enquiries.close_quiet() == 0
    with clock.held_at(clock.now() + timedelta(days=16)):
        assert enquiries.close_quiet() == 1
    assert not disagreements()


def test_one_address_asks_only_so_often(cast: Cast) -> None:
    NormRow.objects.create(
        unit=cast.county, unit_path=cast.county.path, key="matters.asks_hour", valid_from=clock.today(), value=2, basis="合成",
        made_by="合成",
    )  # fmt: skip
    url = f"/matters/ask/{cast.primary.id}/"
    codes = [Client(REMOTE_ADDR="198.51.100.7").post(url, {"words": "合成:几点开校门"}).status_code for _ in range(3)]
    assert codes == [302, 302, 422] and Matter.objects.count() == 2


def test_only_a_lead_names_keepers_and_only_of_the_own_unit(cast: Cast) -> None:
    leader, post = cast.actor("county_leader"), cast.post("county_officer", cast.county)
    assert client_of(leader).post("/matters/keepers/", {"duty": "petitions", "post": str(post.id)}).status_code == 302
    assert "信访重点人员" in client_of(leader).get("/matters/keepers/").content.decode()
    assert client_of(cast.actor("county_officer")).get("/matters/keepers/").status_code == 403
    with pytest.raises(NotAllowed):
        keepers.name_keeper(
            actor=leader, unit=cast.primary, post=cast.post("principal", cast.primary), duty="mediation"
        )
    with pytest.raises(Invalid):
        keepers.name_keeper(actor=leader, unit=cast.county, post=cast.post("principal", cast.primary), duty="petitions")
