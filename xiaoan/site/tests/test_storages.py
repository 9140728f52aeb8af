"""Files lie in a folder or in S3: the same rights, the same bytes, and nobody gets an address of the storage."""

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from moto import mock_aws

from conftest import Cast
from xiaoan.engines.files.folder import FolderStorage
from xiaoan.engines.files.models import StoredFile
from xiaoan.engines.files.services import path_of, store_file
from xiaoan.engines.files.tests.making import docx, photo, upload
from xiaoan.site.conf import django_files, read_conf

BUCKET = {"XIAOAN_SECRET": "x" * 32, "XIAOAN_FILES": "s3://campus?region=us-east-1", "XIAOAN_FILES_KEY": "synthetic",
          "XIAOAN_FILES_SECRET": "synthetic"}  # fmt: skip


@pytest.fixture(params=["folder", "s3"])
def storage(request: Any, settings: Any, tmp_path: Path) -> Iterator[str]:
    told = BUCKET if request.param == "s3" else {"XIAOAN_FILES": str(tmp_path / "shared")}
    conf = read_conf({"XIAOAN_DATA": str(tmp_path), **told}, tmp_path)
    settings.STORAGES = {**settings.STORAGES, "default": django_files(conf)}
    if request.param == "folder":
        yield "folder"
        return
    with mock_aws():
        boto3.client("s3", region_name="us-east-1", aws_access_key_id="synthetic", aws_secret_access_key="synthetic").create_bucket(Bucket="campus")  # fmt: skip
        yield "s3"


def kept(cast: Cast, name: str = "报告.docx", content: bytes = b"") -> StoredFile:
    actor = cast.actor("safety_director")
    return store_file(actor=actor, unit=cast.primary, upload=upload(name, content or docx()))


@pytest.mark.django_db
def test_a_file_comes_back_byte_for_byte_to_those_who_may_see_it_and_to_nobody_else(cast: Cast, storage: str) -> None:
    content = docx()
    file = kept(cast, content=content)
    url = reverse("files:give", args=[file.id])
    answer = cast.client("county_officer").get(url)
    assert answer.status_code == 200 and answer.streaming
    assert b"".join(answer.streaming_content) == content  # type: ignore[arg-type]
    assert cast.client("county_officer", cast.other_county).get(url).status_code == 404
    assert Client().get(url).status_code == 302


@pytest.mark.django_db
def test_the_same_content_twice_is_kept_once_under_its_hash(cast: Cast, storage: str) -> None:
    one, two = kept(cast, "a.jpg", photo()), kept(cast, "b.jpg", photo())
    assert one.id != two.id and one.sha256 == two.sha256
    folders, files = default_storage.listdir(path_of(one.sha256).rpartition("/")[0])
    assert (list(folders), files) == ([], [one.sha256])
    with default_storage.open(path_of(one.sha256)) as body:
        assert hashlib.sha256(body.read()).hexdigest() == one.sha256


@pytest.mark.django_db
def test_a_file_whose_bytes_are_gone_is_a_404_and_no_fault(cast: Cast, storage: str) -> None:
    file = kept(cast)
    default_storage.delete(path_of(file.sha256))
    answer = cast.client("safety_director").get(reverse("files:give", args=[file.id]))
    assert answer.status_code == 404


@pytest.mark.django_db
def test_a_storage_that_does_not_answer_is_said_in_words_and_nothing_is_stored(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    conf = read_conf(
        {"XIAOAN_DATA": str(tmp_path), **BUCKET, "XIAOAN_FILES": "s3://b?endpoint=http://127.0.0.1:1"}, tmp_path
    )
    settings.STORAGES = {**settings.STORAGES, "default": django_files(conf)}
    client = cast.client("safety_director")
    client.raise_request_exception = False
    answer = client.post(reverse("files:take"), {"file": upload("报告.docx", docx())})
    assert answer.status_code == 503 and "存放照片和附件的地方暂时连不上" in answer.content.decode()
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_the_bucket_is_private_and_no_answer_names_it(cast: Cast, storage: str) -> None:
    if storage != "s3":
        pytest.skip("a folder has no bucket")
    file = kept(cast)
    answer = cast.client("safety_director").get(reverse("files:give", args=[file.id]))
    assert "campus" not in str(answer.headers) and "Location" not in answer.headers
    grants = boto3.client("s3", region_name="us-east-1").get_object_acl(Bucket="campus", Key=path_of(file.sha256))
    assert all("AllUsers" not in str(g) for g in grants["Grants"])


def test_a_write_that_breaks_off_leaves_nothing_under_the_name(tmp_path: Path) -> None:
    class Breaking(ContentFile):
        def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:  # type: ignore[override]
            yield b"half"
            raise OSError("disk full")

    folder = FolderStorage(location=str(tmp_path))
    with pytest.raises(OSError, match="disk full"):
        folder.save("ab/cd/abcd", Breaking(b"half and half"))
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
    folder.save("ab/cd/abcd", ContentFile(b"whole"))
    assert (tmp_path / "ab/cd/abcd").read_bytes() == b"whole"
    assert (tmp_path / "ab/cd/abcd").stat().st_mode & 0o077 == 0


def test_two_processes_that_keep_the_same_content_at_once_end_with_one_whole_file(tmp_path: Path) -> None:
    content = b"x" * 3_000_000
    threads = [
        threading.Thread(target=FolderStorage(location=str(tmp_path)).save, args=("ab/abc", ContentFile(content)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [p.read_bytes() == content for p in tmp_path.rglob("*") if p.is_file()] == [True]
