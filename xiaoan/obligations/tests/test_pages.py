"""The pages of this floor, as people open them."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from conftest import Cast
from xiaoan.ground.norms.declare import declared
from xiaoan.ground.people.models import Post
from xiaoan.ground.people.services import appoint
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.obligations import exemptions, tasks
from xiaoan.obligations.models import Assignment, Exemption, FeedToken, Task
from xiaoan.obligations.rules import CHECKS, rules
from xiaoan.obligations.tests.making import make_document, publish
from xiaoan.obligations.tests.test_evidence import drill
from xiaoan.obligations.tests.test_tasks import DUE, ask, one, upload

pytestmark = pytest.mark.usefixtures("wednesday")


def three_duties(cast: Cast) -> None:
    publish(
        make_document(
            "D", {"practice": "drill", "every": "monthly", "by": ["safety_director"]},
            {"practice": "daily_patrol", "every": "daily", "by": ["guard"]},
            {"practice": "rules_document", "kind": "deliverable", "deadline": date(2026, 11, 1), "by": ["principal"]},
        ),
        cast.county,
    )  # fmt: skip


def test_a_role_sees_its_own_and_may_look_at_the_whole_school(cast: Cast) -> None:
    three_duties(cast)
    client = cast.client("guard")
    page = client.get("/duties/").content.decode()
    assert "校园日巡查" not in page
    assert "日巡查" in page or "巡查" in page
    assert "开展应急演练" not in page
    everything = client.get("/duties/?who=all").content.decode()
    assert len(everything) > len(page)
    assert "应在11月1日前完成" in everything


def test_one_person_with_several_posts_sees_one_list(cast: Cast) -> None:
    three_duties(cast)
    post = cast.post("guard", cast.primary)
    appoint(actor=SYSTEM, person=post.person, unit=cast.primary, role="safety_director")
    lines = [row for part in cast.client("guard").get("/duties/?who=mine").context["sections"] for row in part["lines"]]
    assert {row["line"].practice.key for row in lines} == {"drill", "daily_patrol"}


def test_who_leads_safety_starts_with_the_whole_school_and_a_guard_with_his_own(cast: Cast) -> None:
    three_duties(cast)
    assert cast.client("safety_director").get("/duties/").context["who"] == "all"
    assert cast.client("guard").get("/duties/").context["who"] == "mine"


def test_the_button_opens_the_form_so_that_the_record_counts(cast: Cast) -> None:
    three_duties(cast)
    lines = {
        row["line"].practice.key: row
        for part in cast.client("principal").get("/duties/?who=all").context["sections"] for row in part["lines"]
    }  # fmt: skip
    assert lines["rules_document"]["record"].startswith("/records/new/deliverable/?kind=rules&duty=D-3")
    client = cast.client("principal")
    for row in lines.values():
        assert client.get(row["record"]).status_code == 200


def test_a_bureau_sees_its_own_duties_and_a_school_below_but_no_other(cast: Cast) -> None:
    binds = {"ranks": ["county"]}
    publish(make_document("D", {"practice": "hear_progress", "every": "quarterly", "binds": binds}), cast.county)
    client = cast.client("county_officer")
    assert client.get("/duties/?who=all").context["counts"]["week"] == 0
    assert [s["section"].key for s in client.get("/duties/?who=all").context["sections"]] != []
    assert client.get(f"/duties/?unit={cast.primary.id}").status_code == 200
    assert client.get(f"/duties/?unit={cast.outside.id}").status_code == 404
    assert client.get("/duties/?unit=wrong").status_code == 404


def test_the_list_costs_the_same_with_one_and_with_three_documents(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    publish(make_document("A", {"practice": "drill", "every": "monthly"}), cast.county)
    client = cast.client("safety_director")
    client.get("/duties/")
    counts = []
    for key in ("", "B", "C"):
        if key:
            publish(
                make_document(
                    key,
                    {"practice": "daily_patrol", "every": "daily"},
                    {"practice": "fire_education", "every": "monthly"},
                ),
                cast.county,
            )
            client.get("/duties/")
        with django_assert_max_num_queries(30) as seen:  # type: ignore[operator]
            client.get("/duties/")
        counts.append(len(seen))
    assert len(set(counts)) == 1


def test_the_calendar_feed_is_secret_renewable_and_names_nobody(cast: Cast) -> None:
    three_duties(cast)
    client = cast.client("safety_director")
    assert client.get("/duties/feed/").status_code == 200
    token = FeedToken.objects.get().token
    address = reverse("obligations:feed", args=[token])
    anyone = Client()
    answer = anyone.get(address)
    body = answer.content.decode()
    assert answer["Content-Type"].startswith("text/calendar")
    assert "BEGIN:VEVENT" in body
    assert "测试safety_director" not in body
    assert anyone.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    client.post("/duties/feed/")
    assert FeedToken.objects.get().token != token
    assert anyone.get(address).status_code == 404


def test_a_feed_ends_with_the_post(cast: Cast) -> None:
    cast.client("safety_director").get("/duties/feed/")
    address = reverse("obligations:feed", args=[FeedToken.objects.get().token])
    assert Client().get(address).status_code == 200
    Post.objects.filter(role="safety_director").update(ends=date(2026, 11, 17))
    assert Client().get(address).status_code == 404


def test_a_task_is_given_handed_in_and_accepted_in_the_browser(cast: Cast) -> None:
    officer = cast.client("county_officer")
    assert officer.get("/duties/tasks/new/").status_code == 200
    given = {"title": "合成任务", "due": "2026-12-31", "whom": "units", "units": [str(cast.primary.id)]}
    assert officer.post("/duties/tasks/new/", {**given, "units": []}).status_code == 422
    assert officer.post("/duties/tasks/new/", given).status_code == 302
    task, case = Task.objects.get(), Assignment.objects.get()
    school = cast.client("safety_director")
    assert "合成任务" in school.get("/duties/").content.decode()
    address = f"/duties/assignments/{case.id}/"
    refused = school.post(address + "hand-in/", {"said": "", "step": "0"})
    assert refused.status_code == 422
    assert school.post(address + "hand-in/", {"said": "已办好", "step": "0", "seconds": "12"}).status_code == 302
    leader = cast.client("county_leader")
    assert leader.post(address + "return/", {"decision": "", "step": "1"}).status_code == 422
    assert leader.post(address + "accept/", {"decision": "", "step": "0"}).status_code == 409
    assert leader.post(address + "accept/", {"decision": "", "step": "1"}).status_code == 302
    for client, path in (
        (officer, f"/duties/tasks/{task.id}/"),
        (school, address),
        (officer, "/duties/tasks/"),
        (school, "/duties/assignments/"),
    ):
        assert client.get(path).status_code == 200
    assert officer.get(f"/duties/assignments/export.xlsx?task={task.id}").status_code == 200


def test_the_outsider_gets_404_on_every_page_of_a_case(cast: Cast) -> None:
    case = one(cast)
    publish(make_document("D", {"practice": "drill", "every": "monthly"}), cast.county)
    row = exemptions.ask_exemption(
        actor=cast.actor("principal"), unit=cast.primary, requirement="D-1", reason="没有场地", ends=DUE
    )
    outsider = cast.client("county_officer", cast.other_county)
    for path in (
        f"/duties/tasks/{case.task_id}/",
        f"/duties/assignments/{case.id}/",
        f"/duties/exemptions/{row.id}/",
        f"/duties/burden/?unit={cast.primary.id}",
    ):
        assert outsider.get(path).status_code == 404
    assert outsider.post(f"/duties/assignments/{case.id}/accept/", {"step": "0"}).status_code == 404
    assert outsider.post(f"/duties/tasks/{case.task_id}/chase/").status_code == 404
    assert cast.client("guard").post(f"/duties/assignments/{case.id}/hand-in/", {"said": "越权"}).status_code == 403


def test_a_school_does_not_learn_from_a_task_how_the_other_schools_stand(cast: Cast) -> None:
    task = ask(cast, [cast.primary, cast.junior])
    page = cast.client("safety_director").get(f"/duties/tasks/{task.id}/", follow=True)
    assert page.status_code == 200
    assert task.title in page.content.decode()
    assert cast.junior.name not in page.content.decode()


def test_a_refused_hand_in_names_no_file_of_another_unit(cast: Cast) -> None:
    case = one(cast)
    theirs = upload(cast.actor("safety_director", cast.outside), cast.outside)
    own = upload(cast.actor("safety_director"), cast.primary)
    address = f"/duties/assignments/{case.id}/hand-in/"
    refused = cast.client("safety_director").post(address, {"said": "", "step": "0", "files": [theirs, own, "abc"]})
    assert refused.status_code == 422
    assert [str(f.id) for f in refused.context["kept"]] == [own]
    assert theirs not in refused.content.decode()


def test_a_document_is_broken_down_into_tasks_for_sections(cast: Cast) -> None:
    binds = {"ranks": ["county"]}
    document = make_document(
        "D", {"practice": "rules_document", "kind": "deliverable", "deadline": DUE, "binds": binds},
        {"practice": "standard_document", "kind": "deliverable", "deadline": DUE, "binds": binds},
        {"practice": "rules_document", "kind": "deliverable", "deadline": DUE},
    )  # fmt: skip
    publish(document, cast.county)
    client = cast.client("county_officer")
    assert client.get("/duties/tasks/breakdown/").status_code == 200
    address = f"/duties/tasks/breakdown/{document.id}/"
    rows = client.get(address).context["rows"]
    assert [r["row"].key for r in rows] == ["D-1", "D-2"]
    typed = {f"{r['row'].key}-{name}": r[name] for r in rows for name in ("title", "content", "due")}
    assert (
        client.post(address, {**typed, "D-1-on": "on", "D-2-on": "on", "D-1-unit": str(cast.county.id)}).status_code
        == 422
    )
    assert not Task.objects.exists()  # all or none
    assert client.post(address, {**typed, "D-1-on": "on", "D-1-unit": str(cast.county.id)}).status_code == 302
    assert Task.objects.get().requirement == "D-1"
    assert client.get(address).context["rows"][-1]["row"].given


def test_a_school_asks_to_be_exempt_and_the_county_answers(cast: Cast) -> None:
    publish(make_document("D", {"practice": "drill", "every": "monthly"}), cast.county)
    school, county = cast.client("principal"), cast.client("county_officer")
    assert school.get("/duties/exemptions/ask/?requirement=D-1").status_code == 200
    assert school.get("/duties/exemptions/ask/?requirement=X").status_code == 404
    assert (
        school.post("/duties/exemptions/ask/", {"requirement": "D-1", "reason": "", "ends": "2026-12-31"}).status_code
        == 422
    )
    assert (
        school.post(
            "/duties/exemptions/ask/", {"requirement": "D-1", "reason": "借址上课", "ends": "2026-12-31"}
        ).status_code
        == 302
    )
    row = Exemption.objects.get()
    address = f"/duties/exemptions/{row.id}/"
    assert school.get(address).status_code == county.get(address).status_code == 200
    assert county.post(address + "grant/", {"decision": "", "step": "0"}).status_code == 422
    assert county.post(address + "grant/", {"decision": "属实", "ends": "2026-12-20", "step": "0"}).status_code == 302
    assert county.post(address + "refuse/", {"decision": "晚了", "step": "0"}).status_code == 409
    row.refresh_from_db()
    assert (row.state, row.ends) == ("granted", date(2026, 12, 20))
    assert county.get("/duties/exemptions/").status_code == 200


def test_a_step_of_five_thousand_digits_is_an_old_page(cast: Cast) -> None:
    publish(make_document("D", {"practice": "drill", "every": "monthly"}), cast.county)
    row = exemptions.ask_exemption(
        actor=cast.actor("principal"), unit=cast.primary, requirement="D-1", reason="没有场地", ends=DUE
    )
    given = {"step": "9" * 5000, "decision": "合成理由", "ends": "2026-12-31"}
    assert cast.client("county_officer").post(f"/duties/exemptions/{row.id}/grant/", given).status_code == 409


def test_lists_cost_the_same_with_one_and_with_three_rows(cast: Cast, django_assert_max_num_queries: object) -> None:
    client = cast.client("county_officer")
    counts: dict[str, set[int]] = {}
    for units in ([cast.primary], [cast.primary, cast.junior, cast.kindergarten]):
        task = ask(cast, units)
        for path in ("/duties/tasks/", f"/duties/assignments/?whose=all&task={task.id}", f"/duties/tasks/{task.id}/"):
            client.get(path)
            with django_assert_max_num_queries(40) as seen:  # type: ignore[operator]
                assert client.get(path).status_code == 200
            counts.setdefault(path.replace(str(task.id), ""), set()).add(len(seen))
    assert {path: len(n) for path, n in counts.items()} == dict.fromkeys(counts, 1)


def test_burden_rules_and_measures_open_for_school_and_bureau(cast: Cast) -> None:
    three_duties(cast)
    drill(cast.actor("safety_director"), cast, seconds=90)
    for role in ("county_officer", "principal", "city_officer"):
        for path in (
            "/duties/burden/",
            "/duties/rules/",
            "/duties/measures/",
            "/duties/measures/?measure=guards_on_post",
        ):
            assert cast.client(role).get(path).status_code == 200
    assert cast.client("guard").get("/duties/burden/").status_code == 403


def test_every_rule_of_the_catalogue_has_its_check() -> None:
    assert {r.check for r in rules()} == set(CHECKS)


def test_a_record_page_says_what_the_record_proves(cast: Cast) -> None:
    three_duties(cast)
    record = drill(cast.actor("safety_director"), cast)
    page = cast.client("safety_director").get(f"/records/{record.id}/").content.decode()
    assert "证明了什么" in page
    assert "计入“合成事项1”" in page


def test_chasing_says_how_many_and_a_second_time_why_not(cast: Cast) -> None:
    task = ask(cast, [cast.primary, cast.junior])
    client = cast.client("county_officer")
    assert "已催办 2 个单位" in client.post(f"/duties/tasks/{task.id}/chase/", follow=True).content.decode()
    assert "今天已经催过" in client.post(f"/duties/tasks/{task.id}/chase/", follow=True).content.decode()
    assert tasks.quarters_of(task) == ["2026-Q4"]
    assert clock.today() == date(2026, 11, 18)


def test_the_rules_and_the_norms_say_the_same_numbers() -> None:
    norms = {"activities_per_term_max": "burden.activities_term", "minutes_per_week_ceiling": "burden.minutes_week"}
    for rule in rules():
        if rule.check in norms:
            assert rule.number == declared()[norms[rule.check]].default


def test_what_came_to_the_unit_itself_is_shown_first(cast: Cast) -> None:
    ask(cast, [cast.county, cast.primary])
    client = cast.client("county_officer")
    assert len(client.get("/duties/assignments/").context["lines"]) == 1
    assert len(client.get("/duties/assignments/?whose=all").context["lines"]) == 2
