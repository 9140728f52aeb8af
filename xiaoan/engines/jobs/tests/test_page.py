"""The page of jobs: what runs, waits and failed, to whom it is shown, and the retry."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import Cast
from xiaoan.engines.jobs.models import Job, JobState
from xiaoan.engines.jobs.queries import dead_jobs, every, schedule
from xiaoan.engines.jobs.services import enqueue, enqueue_due, lease_next, retry_dead, run_all
from xiaoan.engines.jobs.tests.making import a_dead_job
from xiaoan.ground.journal.models import Entry
from xiaoan.kernel import clock
from xiaoan.kernel.errors import NotAllowed, NotKnown, Stale

pytestmark = pytest.mark.django_db
LIST = "/jobs/"


def seen(cast: Cast, role: str = "system_administrator", unit: Any = None) -> Client:
    return cast.client(role, unit or cast.county)


def test_running_waiting_failed_and_scheduled_jobs_are_on_one_page_in_chinese(cast: Cast) -> None:
    a_dead_job(cast.primary.path, "第 3 行缺少校名。")
    enqueue("obligations.hand_out", unit_path=cast.county.path)
    running = enqueue("intake.take", total=200, unit_path=cast.county.path)
    Job.objects.filter(id=running.id).update(state=JobState.RUNNING, done=50)
    enqueue_due()
    Job.objects.filter(name="tally.fold").update(
        state=JobState.DONE, outcome="归并 7 条", finished_at=running.run_after
    )
    text = seen(cast).get(LIST).content.decode()
    for words in (
        "导入表格",
        "50 / 200",
        "派发任务到各单位",
        "等待",
        "第 3 行缺少校名。",
        "东镇中心小学",
        "重试",
        "归并 7 条",
        "每 5 秒",
        "每小时",
    ):
        assert words in text, words
    assert "intake.take" not in text and "tally.fold" not in text


def test_the_page_says_when_no_worker_is_running(cast: Cast) -> None:
    assert "后台进程没有在运行" in seen(cast).get(LIST).content.decode()
    enqueue_due()
    assert "后台进程没有在运行" not in seen(cast).get("/jobs/open/").content.decode()


def test_jobs_of_another_county_are_not_seen_and_not_retried(cast: Cast) -> None:
    theirs = a_dead_job(cast.outside.path, "乙县小学第 9 行不对。")
    ours = a_dead_job(cast.primary.path)
    text = seen(cast).get(LIST).content.decode()
    assert str(ours.id) in text and str(theirs.id) not in text and "乙县" not in text
    with pytest.raises(NotKnown):
        retry_dead(actor=cast.actor("system_administrator", cast.county), job_id=theirs.id)


def test_a_retry_queues_the_job_anew_and_is_journalled_and_a_second_click_is_told(cast: Cast) -> None:
    job = a_dead_job(cast.primary.path)
    client = seen(cast)
    answer = client.post(reverse("jobs:retry", args=[job.id]), follow=True)
    assert "“导入表格”已重新排队。" in answer.content.decode()
    job.refresh_from_db()
    assert (job.state, job.attempts, job.outcome) == (JobState.QUEUED, 0, "")
    entry = Entry.objects.get(verb="重试后台任务")
    assert (entry.subject_id, entry.unit_path) == (str(job.id), cast.primary.path)
    assert "已经重试过了" in client.post(reverse("jobs:retry", args=[job.id]), follow=True).content.decode()
    with pytest.raises(Stale):
        retry_dead(actor=cast.actor("system_administrator", cast.county), job_id=job.id)


def test_only_administrators_retry_and_a_schools_administrator_not_the_platforms_jobs(cast: Cast) -> None:
    job = a_dead_job()
    with pytest.raises(NotAllowed):
        retry_dead(actor=cast.actor("county_officer"), job_id=job.id)
    with pytest.raises(NotAllowed):
        retry_dead(actor=cast.actor("system_administrator", cast.primary), job_id=job.id)
    assert "重试" not in seen(cast, "county_officer").get(LIST).content.decode()
    assert retry_dead(actor=cast.actor("system_administrator", cast.county), job_id=job.id) == job


def test_the_page_costs_the_same_with_one_job_and_with_three_of_each_kind(cast: Cast) -> None:
    client = seen(cast)
    client.get(LIST)

    def more(unit: Any) -> None:
        a_dead_job(unit.path)
        enqueue("intake.take", unit_path=unit.path)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST).status_code == 200
        return len(queries)

    more(cast.primary)
    one = cost()
    more(cast.junior)
    more(cast.kindergarten)
    assert (cost(), one) == (one, 9)


def test_failed_jobs_are_paged_by_key_along_their_index(cast: Cast) -> None:
    # As in life: many that went well. Without them every index is as good, and the server's latest statistics choose.
    Job.objects.bulk_create(
        Job(name="tally.fold", state=JobState.DONE, run_after=clock.now(), finished_at=clock.now()) for _ in range(1000)
    )
    jobs = [a_dead_job(cast.primary.path) for _ in range(23)]
    client = seen(cast)
    first = client.get(LIST)
    assert str(jobs[-1].id) in first.content.decode() and str(jobs[2].id) not in first.content.decode()
    second = client.get(LIST, {"after": first.context["found"].after}).content.decode()
    assert all(str(j.id) in second for j in jobs[:3]) and str(jobs[3].id) not in second
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE jobs_job")
        if connection.vendor == "postgresql":
            cursor.execute("SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off")
        plan = dead_jobs(cast.actor("county_officer")).order_by("-id")[:21].explain()
        if connection.vendor == "postgresql":
            cursor.execute("RESET enable_seqscan; RESET enable_bitmapscan; RESET enable_sort")
    assert "job_state" in plan


def test_the_schedule_shows_the_newest_end_of_each_job(cast: Cast) -> None:
    for _ in range(2):
        enqueue("tally.fold")
        run_all()
    newest = Job.objects.filter(name="tally.fold").order_by("-id")[0]
    enqueue_due()
    lines = {line.label: line for line in schedule()}
    assert lines["汇总数归并"].last == newest and lines["操作日志封印"].last is None
    assert lease_next("here")


def test_spans_are_spelled() -> None:
    assert [every(n) for n in (5, 60, 300, 3600, 7200, 86400)] == [
        "每 5 秒", "每 1 分钟", "每 5 分钟", "每小时", "每 2 小时", "每天",
    ]  # fmt: skip
