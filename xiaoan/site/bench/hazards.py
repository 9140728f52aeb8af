"""What is measured of hazards: the list of each rank, one case, figures from tallies, and reporting one with a picture."""

import io
import itertools
import json
import random
import uuid
from collections.abc import Iterator, Sequence
from functools import cache

from django.utils.http import urlencode
from PIL import Image

from xiaoan.ground.people.models import Post
from xiaoan.hazards.models import Hazard
from xiaoan.kernel import clock
from xiaoan.site.bench.cases import Case
from xiaoan.site.bench.clients import Ask, Several
from xiaoan.site.bench.people import Asker
from xiaoan.site.bench.writes import TAKEN, Plain, phone_headers, token_headers

WORDS, PLACE = "楼梯扶手松动（合成）", "教学楼 2 层"
PHOTO_SIZE, PHOTO_BYTES, PHOTOS = (1600, 1200), 300_000, 32
BOUNDARY = "xiaoanbench"


def with_township(people: dict[str, Asker]) -> dict[str, Asker]:
    """Five ranks, where townships have somebody: fabricated together with hazards."""
    near = Post.objects.filter(role="township_officer", county_path=people["county"].unit.path).order_by("unit_path")
    post = near.select_related("unit", "person").first()
    return {**people, "township": Asker("township", post)} if post else people


def hazard_cases(people: dict[str, Asker]) -> Iterator[Case]:
    """Every read of hazards that is measured; nothing where none were fabricated."""
    if not Hazard.objects.exists():
        return
    people = with_township(people)
    for rank, asker in people.items():
        yield Case(f"隐患列表接口 {rank}", asker, "/api/hazards/", f"/hazards/?{asker.scope}")
    for rank, asker in people.items():
        yield Case(f"隐患列表网页 {rank}", asker, "/hazards/")
    for rank, asker in people.items():
        yield Case(f"隐患列表接口 {rank} 超期", asker, "/api/hazards/?state=late")
    for name, asked in (
        ("重大", {"level": "major"}),
        ("少见类别", {"category": "C20"}),
        ("少见来源", {"source": "partner"}),
    ):
        yield Case(f"隐患列表接口 province {name}", people["province"], f"/api/hazards/?{urlencode(asked)}")
    one = one_hazard(people["school"])
    yield Case("一件隐患接口", people["school"], f"/api/hazards/{one.id}/", f"/hazards/{one.id}/")
    yield Case("一件隐患网页", people["school"], f"/hazards/{one.id}/")
    province = people["province"]
    yield Case("隐患数量 省", province, "/api/hazards/counts/", f"/hazards/counted/?path={province.unit.path}")
    for rank in ("school", "county", "province"):
        yield Case(f"隐患统计 {rank}", people[rank], "/hazards/figures/")


def one_hazard(asker: Asker) -> Hazard:
    """The newest closed case of the unit: with all of its history."""
    rows = Hazard.objects.under(asker.unit.path).filter(state="closed")
    return rows.order_by("-id")[0]  # type: ignore[no-any-return]


def phone_hazard(asker: Asker) -> Several:
    """A hazard with a picture of 300 KB as a phone sends it: the picture, then the command that names it."""
    headers, numbers = phone_headers(asker), itertools.count()

    def made() -> list[Ask]:
        photo = uuid.uuid4()
        picture, command = _form(photo, photos()[next(numbers) % PHOTOS]), _command(asker, [str(photo)])
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        return [
            Ask("/files/", {**headers, **kind}, "POST", lambda: picture),
            Ask("/sync/commands/", headers, "POST", lambda: command, holds=TAKEN),
        ]

    return Several(made)


def api_hazard(asker: Asker) -> Ask:
    """A hazard without a picture through the API."""
    body = json.dumps({"words": WORDS, "place": PLACE, "source": "self_check"}).encode()
    headers = token_headers(asker, ["hazards.report"])
    return Ask("/api/hazards/", headers, "POST", lambda: body, lambda: {"Idempotency-Key": str(uuid.uuid4())})


def _plain_hazard(asker: Asker) -> Ask:
    """The same as one row of the same table."""
    told = {"words": WORDS, "place": PLACE, "unit": str(asker.unit.id), "path": asker.unit.path}
    return Ask("/hazards/add/", {"Content-Type": "application/json"}, "POST", lambda: json.dumps(told).encode())


def _forget_hazards(paths: Sequence[str]) -> None:
    Hazard.objects.filter(unit_path__in=paths, reporter="", state="false").delete()


HAZARD = Plain(_plain_hazard, _forget_hazards)


@cache
def photos() -> list[bytes]:
    """Pictures of about 300 KB, of noise: nothing compresses better than it should."""
    made, rng = list[bytes](), random.Random(1)
    for _ in range(PHOTOS):
        small = Image.frombytes("RGB", (400, 300), rng.randbytes(400 * 300 * 3))
        made.append(_near(small.resize(PHOTO_SIZE), PHOTO_BYTES))
    return made


def _near(picture: Image.Image, size: int) -> bytes:
    """As JPEG of the highest quality that is no larger than asked."""
    for quality in range(95, 5, -5):
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality)
        if out.tell() <= size:
            break
    return out.getvalue()


def _form(photo: uuid.UUID, content: bytes) -> bytes:
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="id"\r\n\r\n{photo}\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def _command(asker: Asker, pictures: list[str]) -> bytes:
    now = clock.now().isoformat()
    command = {
        "id": str(uuid.uuid4()), "kind": "hazard.report", "label": "报隐患", "post": str(asker.post.id),
        "captured_at": now, "happened_at": now,
        "payload": {"unit": str(asker.unit.id), "words": WORDS, "place": PLACE, "source": "self_check", "photos": pictures},
        "files": pictures,
    }  # fmt: skip
    told = {"person": str(asker.post.person_id), "sent_at": now, "commands": [command]}
    return json.dumps(told, ensure_ascii=False).encode()
