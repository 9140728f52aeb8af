import io
import uuid
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from conftest import Cast
from xiaoan.engines.files.models import StoredFile
from xiaoan.engines.files.services import claim_files, clean_name, path_of, store_file
from xiaoan.engines.files.tests.making import docx, photo, png_claiming, upload, zipped
from xiaoan.kernel.errors import Invalid, NotKnown

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }


def stored(cast: Cast, name: str, content: bytes, **more: Any) -> StoredFile:
    return store_file(actor=cast.actor("safety_director"), unit=cast.primary, upload=upload(name, content), **more)


def test_a_photo_is_turned_upright_made_smaller_and_loses_its_position(cast: Cast) -> None:
    file = stored(cast, "巡查.png", photo(3000, 2000, exif=True))
    assert (file.width, file.height, file.name, file.media_type) == (1067, 1600, "巡查.jpg", "image/jpeg")
    with default_storage.open(path_of(file.sha256)) as kept, Image.open(kept) as picture:
        assert picture.format == "JPEG" and picture.size == (1067, 1600)
        assert not picture.getexif() and not picture.getexif().get_ifd(0x8825)


def test_the_position_stays_when_it_is_asked_for_and_nothing_else_does(cast: Cast) -> None:
    file = stored(cast, "a.jpg", photo(exif=True), keep_position=True)
    with default_storage.open(path_of(file.sha256)) as kept, Image.open(kept) as picture:
        assert picture.getexif().get_ifd(0x8825)[1] == "N"
        assert 0x010E not in picture.getexif()


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF"])
def test_other_pictures_become_jpeg(cast: Cast, form: str) -> None:
    assert stored(cast, f"x.{form.lower()}", photo(form=form)).media_type == "image/jpeg"


def test_what_is_transparent_becomes_white_paper(cast: Cast) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    file = stored(cast, "签名.png", out.getvalue())
    with default_storage.open(path_of(file.sha256)) as kept, Image.open(kept) as picture:
        assert picture.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("通知.pdf", b"%PDF-1.7\n%%EOF", "application/pdf"),
        ("总结.docx", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("公文.ofd", zipped({"OFD.xml": b"<o/>"}), "application/ofd"),
        ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "application/x-ole-storage"),
        ("名单.csv", "姓名,人数\n甲,3".encode("gb18030"), "text/plain"),
        ("短片.mp4", b"\0\0\0\x18ftypmp42" + b"\0" * 100, "video/mp4"),
        ("blob", b"%PDF-1.4\n", "application/pdf"),
    ],
)
def test_common_papers_are_taken(cast: Cast, name: str, content: bytes, media_type: str) -> None:
    assert stored(cast, name, content).media_type == media_type


HOSTILE = {
    "程序.exe": (b"MZ\x90\0" + b"\0" * 200, "不能收"),
    "程序.pdf": (b"MZ\x90\0" + b"\0" * 200, "不能收"),
    "照片.jpg": (b"%PDF-1.4\n", "其实是PDF"),
    "页面.html": (b"<html><script>alert(1)</script>", "不能收"),
    "页面.txt": (b" \n<!DOCTYPE html><script>", "不能收"),
    "图.svg": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "不能收"),
    "脚本.txt": (b"#!/bin/sh\nrm -rf /", "不能收"),
    "空.txt": (b"", "是空的"),
    "乱.txt": (b"\xff\xfe\x00\xd8A\x00", "不能收|不是能读"),
    "宏.docx": (docx(**{"word/vbaProject.bin": b"x"}), "宏"),
    "宏.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le"), "宏"),
    "安装.msi": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "不能收"),
    "包.zip": (zipped({"a.txt": b"a"}), "压缩包"),
    "坏.docx": (b"PK\x03\x04" + b"garbage" * 30, "损坏"),
    "炸弹.xlsx": (zipped({"xl/workbook.xml": b"0" * 60_000_000}), "太大"),
    "动作.pdf": (b"%PDF-1.4\n<</OpenAction<</S/JavaScript/JS (app.alert(1))>>>>", "自动执行"),
    "巨图.png": (png_claiming(50_000, 50_000), "像素太多"),
    "大图.png": (png_claiming(10_000, 9_000), "像素太多"),
    "断.jpg": (photo(400, 400)[:300], "损坏"),
    "假.jpg": (b"\xff\xd8\xff\xe0" + b"x" * 100, "损坏"),
    "苹果.heic": (b"\0\0\0\x18ftypheic" + b"\0" * 50, "HEIC"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence_and_nothing_is_stored(cast: Cast, name: str) -> None:
    content, words = HOSTILE[name]
    with pytest.raises(Invalid, match=words) as why:
        stored(cast, name, content)
    assert why.value.sentence.endswith("。") and why.value.fields["file"]
    assert not StoredFile.objects.exists()


def test_too_large_a_file_is_refused_by_the_norm(cast: Cast) -> None:
    with pytest.raises(Invalid, match="超过 10 兆"):
        stored(cast, "大.pdf", b"%PDF-" + b"0" * (10 * 1024 * 1024))


def test_names_lose_folders_and_tricks() -> None:
    assert clean_name("../../etc/passwd") == "passwd"
    assert clean_name("C:\\照片\\a\u202egpj.exe") == "agpj.exe"
    assert clean_name("长" * 300 + ".pdf") == "长" * 100 + ".pdf"


def test_the_same_bytes_are_kept_once_and_the_same_id_is_one_file(cast: Cast) -> None:
    first, mine = stored(cast, "a.pdf", b"%PDF-1.4\n"), uuid.uuid4()
    again = [stored(cast, "a.pdf", b"%PDF-1.4\n", file_id=mine) for _ in range(2)]
    assert first.sha256 == again[0].sha256 and again[0].id == again[1].id == mine
    assert StoredFile.objects.count() == 2


def test_a_file_of_one_unit_cannot_be_claimed_by_another(cast: Cast) -> None:
    file, subject = stored(cast, "a.pdf", b"%PDF-1.4\n"), uuid.uuid4()
    wrong = claim_files(ids=[str(file.id)], unit=cast.junior, subject_type="record", subject_id=subject)
    assert wrong == {str(file.id)}
    assert not claim_files(ids=[str(file.id)], unit=cast.primary, subject_type="record", subject_id=subject)
    assert claim_files(ids=[str(file.id)], unit=cast.primary, subject_type="record", subject_id=uuid.uuid4())


def test_nobody_stores_for_a_unit_outside(cast: Cast) -> None:
    with pytest.raises(NotKnown):
        store_file(actor=cast.actor("safety_director"), unit=cast.outside, upload=upload("a.pdf", b"%PDF-1.4"))


def test_upload_answers_json_and_the_file_is_shown_only_inside_the_scope(cast: Cast) -> None:
    insider = cast.client("safety_director")
    answer = insider.post("/files/", {"file": upload("灭火器.jpg", photo())})
    assert answer.status_code == 200 and answer.json()["picture"] is True
    url = f"/files/{answer.json()['id']}/"
    shown = insider.get(url)
    assert shown["Content-Type"] == "image/jpeg" and shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Content-Disposition"].startswith("inline")
    assert cast.client("county_officer").get(url).status_code == 200
    assert cast.client("safety_director", cast.junior).get(url).status_code == 404
    assert cast.client("safety_director", cast.outside).get(url).status_code == 404
    assert cast.client("system_administrator", cast.primary).get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_only_pictures_and_pdf_open_in_the_browser(cast: Cast) -> None:
    insider = cast.client("safety_director")
    for name, content, how in (("a.docx", docx(), "attachment"), ("a.pdf", b"%PDF-1.4\n", "inline")):
        url = f"/files/{stored(cast, name, content).id}/"
        assert insider.get(url)["Content-Disposition"].startswith(how)
    assert insider.get(url + "?download")["Content-Disposition"].startswith("attachment")


def test_who_may_write_only_may_still_see_what_they_handed_in(cast: Cast) -> None:
    helper = cast.client("student_officer")
    made = helper.post("/files/", {"file": upload("a.jpg", photo())}).json()
    assert helper.get(f"/files/{made['id']}/").status_code == 200
    other = stored(cast, "b.pdf", b"%PDF-1.4\n")
    assert helper.get(f"/files/{other.id}/").status_code == 404


def test_what_was_handed_in_at_another_school_stays_there(cast: Cast) -> None:
    helper = cast.post("student_officer", cast.primary).person
    theirs = store_file(
        actor=cast.actor("safety_director", cast.junior), unit=cast.junior, upload=upload("a.jpg", photo())
    )
    StoredFile.objects.filter(id=theirs.id).update(made_by=helper.id)
    assert cast.client("student_officer").get(f"/files/{theirs.id}/").status_code == 404


def test_a_refused_upload_says_why_in_json(cast: Cast) -> None:
    answer = cast.client("safety_director").post("/files/", {"file": upload("a.exe", b"MZ" + b"\0" * 99)})
    assert answer.status_code == 422 and "不能收" in answer.json()["sentence"]
    assert cast.client("safety_director").post("/files/").status_code == 422


def test_an_auditor_opens_no_photo_of_pupils(cast: Cast) -> None:
    file = stored(cast, "a.jpg", photo())
    assert cast.client("county_officer").get(f"/files/{file.id}/").status_code == 200
    for role in ("auditor", "system_administrator"):
        assert cast.client(role).get(f"/files/{file.id}/").status_code == 404
