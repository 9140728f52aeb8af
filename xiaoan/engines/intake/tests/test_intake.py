"""Uploading, previewing, confirming, taking in: one way, once, and only by the one who uploaded."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conftest import Cast
from xiaoan.engines.intake.models import Upload, UploadState
from xiaoan.engines.intake.services import confirm_upload, drop_upload, take_upload, upload_workbook
from xiaoan.engines.jobs.services import run_all
from xiaoan.ground.people.services import dismiss
from xiaoan.ground.units.intake import ignore_beat
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.tests.test_workbook import workbook
from xiaoan.ground.units.workbook import read_rows
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.errors import Invalid, NotAllowed, Stale

pytestmark = pytest.mark.usefixtures("wednesday")
HEAD = ["学校名称", "类别", "上级单位", "学生数"]


def made(*names: str) -> bytes:
    return workbook(HEAD, *([name, "小学", "东镇", 300] for name in names)).getvalue()


def upload(cast: Cast, *names: str) -> Upload:
    return upload_workbook(
        actor=cast.actor("county_officer"), kind="schools", file_name="学校.xlsx", content=made(*names)
    )


def test_nothing_is_written_before_the_confirmation_and_all_after_it(cast: Cast) -> None:
    found = upload(cast, "东镇新小学", "")
    assert (found.state, found.new, found.bad, Unit.objects.filter(name="东镇新小学").count()) == ("ready", 1, 1, 0)
    confirm_upload(actor=cast.actor("county_officer"), upload=found)
    run_all()
    found.refresh_from_db()
    assert (found.state, bytes(found.content)) == (UploadState.DONE, b"")
    assert found.outcome == "新增 1 所，修改 0 所，没有变化 0 所，未导入 1 行"
    assert Unit.objects.filter(name="东镇新小学").count() == 1


def test_a_second_click_and_a_second_run_change_nothing(cast: Cast) -> None:
    found = upload(cast, "东镇新小学")
    confirm_upload(actor=cast.actor("county_officer"), upload=found)
    with pytest.raises(Stale):
        confirm_upload(actor=cast.actor("county_officer"), upload=found)
    take_upload(found.id, ignore_beat)
    assert take_upload(found.id, ignore_beat).startswith("新增 1 所")
    assert Unit.objects.filter(name="东镇新小学").count() == 1


def test_a_new_upload_drops_the_one_that_waits(cast: Cast) -> None:
    first, _ = upload(cast, "东镇新小学"), upload(cast, "东镇二小学")
    first.refresh_from_db()
    assert (first.state, bytes(first.content)) == (UploadState.DROPPED, b"")
    with pytest.raises(Stale):
        drop_upload(actor=cast.actor("county_officer"), upload=first)


def test_somebody_whose_post_has_ended_takes_nothing_in(cast: Cast) -> None:
    found = upload(cast, "东镇新小学")
    confirm_upload(actor=cast.actor("county_officer"), upload=found)
    post = cast.post("county_officer", cast.county)
    dismiss(actor=SYSTEM, post=post, ends=post.starts)
    run_all()
    found.refresh_from_db()
    assert found.state == UploadState.FAILED
    assert "岗位已经结束" in found.outcome
    assert not Unit.objects.filter(name="东镇新小学").exists()


def test_nobody_else_confirms_or_sees_it(cast: Cast) -> None:
    found = upload(cast, "东镇新小学")
    with pytest.raises(NotAllowed):
        confirm_upload(actor=cast.actor("city_officer"), upload=found)
    assert cast.client("city_officer").get(f"/intake/of/{found.id}/").status_code == 404
    assert cast.client("principal").get("/intake/schools/").status_code == 403
    assert cast.client("inspector").get("/intake/schools/").status_code == 403
    assert cast.client("county_officer").get("/intake/dragons/").status_code == 404


def test_a_workbook_with_no_good_row_cannot_be_confirmed(cast: Cast) -> None:
    with pytest.raises(Invalid, match="没有可以导入的行"):
        confirm_upload(actor=cast.actor("county_officer"), upload=upload(cast, ""))


def test_the_pages_lead_from_the_upload_to_the_end(cast: Cast) -> None:
    client = cast.client("county_officer")
    assert "每一列怎么填" in client.get("/intake/schools/").content.decode()
    file = SimpleUploadedFile("学校.xlsx", made("东镇新小学", ""))
    sent = client.post("/intake/schools/", {"file": file})
    page = client.get(sent.url).content.decode()
    assert "导入 1 行" in page
    assert "第 3 行" in page
    assert "学校名称没有填写" in page
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(sent.url + "faults/").content)).active
    assert sheet.cell(2, 5).value == "第 3 行：学校名称没有填写。"
    client.post(sent.url + "confirm/")
    assert "正在导入" in client.get(sent.url).content.decode()
    assert client.get(sent.url + "progress/", headers={"HX-Request": "true"}).status_code == 200
    run_all()
    over = client.get(sent.url + "progress/", headers={"HX-Request": "true"})
    assert over.headers["HX-Redirect"] == sent.url
    assert "已导入：新增 1 所" in client.get(sent.url).content.decode()
    again = client.post(sent.url + "drop/")
    assert again.status_code == 409
    assert "已经处理过了" in again.content.decode()


def test_a_wrong_file_is_refused_on_the_page_with_what_to_do(cast: Cast) -> None:
    client = cast.client("county_officer")
    answer = client.post("/intake/schools/", {"file": SimpleUploadedFile("学校.pdf", b"%PDF-1.4")})
    assert answer.status_code == 422
    assert "打不开" in answer.content.decode()
    assert "请先选择" in client.post("/intake/schools/", {}).content.decode()


def test_the_template_has_the_columns_that_are_asked_for(cast: Cast) -> None:
    content = cast.client("county_officer").get("/intake/schools/template/").content
    with pytest.raises(Invalid, match="没有内容"):
        read_rows(io.BytesIO(content), ["学校名称", "类别"])
