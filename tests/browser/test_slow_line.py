"""A day's work over a bad line: 40 records and 60 photos at 200 kbit/s with a request in twenty lost, on the way there or
on the way back. Everything arrives, and nothing twice.
"""

import base64
import io
import random
import threading
import time
from collections import Counter
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, Route

from tests.browser.conftest import PHONE, Site, sign_in
from tests.browser.test_phone_offline import READ, waiting
from xiaoan.kernel.ids import new_id

REPORTS, PER_REPORT, NOTES = 20, 3, 20
BYTES_A_SECOND = 200_000 / 8
FASTER = 25  # the line's delays are divided by this, so that the test takes seconds and not minutes
LOST = 0.05
MOST_SECONDS = 120
# Puts commands and their photos into the phone's database, as a day without a network leaves them.
FILL = """({ items, photos }) => new Promise((resolve) => {
  const opening = indexedDB.open("xiaoan");
  opening.onsuccess = () => {
    const tx = opening.result.transaction(["outbox", "blobs"], "readwrite");
    for (const { id, hash, body } of photos) {
      const bytes = Uint8Array.from(atob(body), (c) => c.charCodeAt(0));
      tx.objectStore("blobs").put({ id, hash, name: "photo.jpg", sent: false, blob: new Blob([bytes], { type: "image/jpeg" }) });
    }
    for (const item of items) tx.objectStore("outbox").put(item);
    tx.oncomplete = () => { opening.result.close(); resolve(true); };
  };
})"""


class Line:
    """A slow line that loses requests. Every loss comes from one seed, so that a failure can be seen again."""

    def __init__(self) -> None:
        self.dice = random.Random(20261124)
        self.seen: Counter[str] = Counter()
        self.seconds = 0.0
        self.lock = threading.Lock()

    def carry(self, route: Route) -> None:
        size = len(route.request.post_data_buffer or b"") + 800
        self.seconds += size / BYTES_A_SECOND
        time.sleep(size / BYTES_A_SECOND / FASTER)
        fate = self.dice.random()
        if fate < LOST / 2:
            self.seen["lost on the way there"] += 1
            route.abort()
            return
        answer = route.fetch()
        if fate < LOST:
            self.seen["lost on the way back"] += 1
            route.abort()
            return
        self.seen["carried"] += 1
        route.fulfill(response=answer)


def a_day(page: Page) -> dict[str, Any]:
    """40 commands, 60 photos of a hundred kilobytes and more."""
    told = page.evaluate("() => fetch('/phone/data/').then((r) => r.json())")
    items, photos = [], []
    for n in range(REPORTS + NOTES):
        taken = [photo(n * PER_REPORT + i) for i in range(PER_REPORT)] if n < REPORTS else []
        photos += taken
        ids = [p["id"] for p in taken]
        report = {"unit": told["unit"]["id"], "words": f"慢线路隐患{n:02d}", "photos": ids, "place": "操场"}
        note = {
            "unit": told["unit"]["id"],
            "sheet": "general",
            "answers": {"title": f"慢线路记录{n:02d}"},
            "seconds": 9,
        }
        items.append(
            {
                "id": str(new_id()), "kind": "hazard.report" if taken else "record.file", "label": f"第 {n} 条", "icon": "notes",
                "payload": report if taken else note, "replaces": "", "documents": 0, "person": told["person"]["id"],
                "post": told["post"], "captured_at": f"{told['today']}T00:00:00.000Z", "happened_at": f"{told['today']}T00:00:00.000Z",
                "files": [{"id": p["id"], "hash": p["hash"]} for p in taken], "state": "waiting", "hold_until": 0, "tries": 0,
            }
        )  # fmt: skip
    return {"items": items, "photos": photos}


def photo(n: int) -> dict[str, str]:
    out = io.BytesIO()
    Image.effect_noise((480, 360), 40 + n).convert("RGB").save(out, "JPEG", quality=85)
    return {"id": str(new_id()), "hash": "", "body": base64.b64encode(out.getvalue()).decode()}


def test_a_days_work_arrives_over_a_slow_line_that_loses_requests(browser: Browser, site: Site) -> None:
    # Without a service worker, which has no part in sending: the route handler stands where the line is.
    context = browser.new_context(**PHONE, locale="zh-CN", base_url=site.url, service_workers="block")
    page = sign_in(context.new_page(), site.url, "safety_director")
    page.wait_for_selector("#top .hd")
    line, day = Line(), a_day(page)
    context.route("**/files/", line.carry)
    context.route("**/sync/commands/", line.carry)
    page.evaluate(FILL, day)
    end = time.monotonic() + MOST_SECONDS
    while waiting(page) and time.monotonic() < end:
        page.evaluate("dispatchEvent(new Event('online'))")  # as a phone does that finds its network again
        page.wait_for_timeout(400)
    kept = Counter(item["state"] for item in page.evaluate(READ, "outbox"))
    assert kept == {"done": REPORTS + NOTES}, f"{kept}, {line.seen}"
    assert line.seen["lost on the way there"] and line.seen["lost on the way back"]
    assert line.seconds > 120, "the day was too light to say anything about a slow line"
    check_arrived(site, {p["id"] for p in day["photos"]})
    assert page.evaluate(READ, "blobs") == []
    context.close()


def check_arrived(site: Site, photos: set[str]) -> None:
    """Each command and each photo once, each photo with its own hazard."""
    words = [w for (w,) in site.query("select words from hazards_hazard where words like '慢线路隐患%' order by words")]
    assert words == [f"慢线路隐患{n:02d}" for n in range(REPORTS)]
    titles = [
        t for (t,) in site.query("select summary from sheets_record where summary like '慢线路记录%' order by summary")
    ]
    assert titles == [f"慢线路记录{n:02d}" for n in range(REPORTS, REPORTS + NOTES)]
    owned = "select f.id, count(*) from files_storedfile f join hazards_hazard h on h.id=f.subject_id where h.words like '慢线路%' group by f.id"
    assert {row[0] for row in site.query(owned)} == {p.replace("-", "") for p in photos}
