"""The ways of a case: fixed on the spot, false, the same as another, or judged, assigned, fixed, verified and closed."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from xiaoan.hazards.figures import closing
from xiaoan.hazards.services.reporting import SEEN_IT
from xiaoan.hazards.services.verifying import CLOSES_ITSELF
from xiaoan.hazards.states import FROM_OUTSIDE, is_worse
from xiaoan.site.fabricate.dangers import shape
from xiaoan.site.fabricate.dangers.county import id_of, person_ids
from xiaoan.site.fabricate.dangers.life import Life
from xiaoan.site.fabricate.dangers.listed import Listed
from xiaoan.site.fabricate.dangers.report import Found
from xiaoan.site.fabricate.entries import PLATFORM
from xiaoan.site.fabricate.written import day_at, moment

if TYPE_CHECKING:
    from xiaoan.site.fabricate.dangers.school import School

WORKER = "后勤师傅（合成）"
DECISIONS = {
    "measures": "更换损坏部件，复查同类部位", "funds": "学校公用经费", "plan": "停用相关设备，改走备用通道",
    "interim": "拉警戒线，专人看守",
}  # fmt: skip
MILDER = "现场情况较轻（合成）"
DONE, GOOD, NOT_YET = "已更换并试用正常", "现场看过，已改好", "仍有松动，重新固定"
STEPS = 5
SOON = 600


class Way:
    """Where one case goes, step by step; each step says whether the next is taken."""

    def __init__(self, school: "School", life: Life, found: Found) -> None:
        self.school, self.life, self.found = school, life, found
        self.county, self.rng, self.staff = school.county, school.rng, school.staff
        self.director, self.guard = self.staff["safety_director"], self.staff["guard"]
        self.listed: Listed | None = None

    def go(self) -> None:
        rng, level = self.rng, self.life.values["level"]
        is_small = not is_worse(level, "general")
        if is_small and self.found.source == "self_check" and rng.random() < shape.AT_ONCE and self._has_category():
            self._close_at_once()
            return
        chance = rng.random()
        if is_small and chance < shape.FALSE and self.found.source not in FROM_OUTSIDE:
            self._dismiss()
        elif chance < shape.FALSE + shape.DUPLICATE and is_small:
            self._join()
        else:
            self._all_the_way()

    def _all_the_way(self) -> None:
        last = self.rng.randrange(STEPS) if self.rng.random() < shape.STUCK else STEPS
        for taken, step in enumerate((self._judge, self._assign, self._fix, self._verify, self._strike)):
            if taken >= last or not step():
                break
        if self.listed:
            self.listed.tell(self.guard, self.school.buffers)
            self.listed.write(self.school.buffers)

    def _has_category(self) -> bool:
        return bool(self.life.values["category"])

    def _close_at_once(self) -> None:
        """As services.reporting does where whoever reports saw it fixed by another."""
        life, director, at = self.life, self.director, moment(self.life.at)
        life.values.update(
            managed="at_once", done="当场整改", responsible=WORKER, fixed_by=WORKER, judged_at=at, assigned_at=at, fixed_at=at,
            fix_by=day_at(life.at), state="closed", decision=SEEN_IT, **person_ids("verified", director),
            verified_at=at, **person_ids("closed", director), closed_at=at,
        )  # fmt: skip
        self.school.model.__dict__.update(life.values)
        life.values.update(closing(self.school.model, at))
        life.place()
        life.told(director, "即查即改", {"by": WORKER, "done": "当场整改", "after_photos": []})
        life.told(director, "当场验收销号", {"decision": SEEN_IT})

    def _dismiss(self) -> None:
        after = shape.JUDGING.drawn(self.rng)
        self.life.move("false", self.staff["principal"], after, {"decision": "现场看过，情况不实（合成）"})

    def _join(self) -> None:
        """Into another case of the school that is open then."""
        after = shape.JUDGING.drawn(self.rng)
        at = self.life.at + after
        for other in reversed(self.school.cases):
            if other.is_open or other.at > at:
                self.life.move("duplicate", self.director, after, {"duplicate_of_id": other.values["id"]})
                return

    def _judge(self) -> bool:
        values, item = self.life.values, self.found.item
        level, proposed, least = self.found.wanted, values["proposed"], values["least"]
        if least and is_worse(least, level):
            level = least
        why = MILDER if proposed and is_worse(proposed, level) else values["level_why"]
        filled = {"category": item.category, "level": level, "level_why": why}
        if not self.life.move("judge", self.director, shape.JUDGING.drawn(self.rng), filled):
            return False
        self.school.remember(self.life)
        return True

    def _assign(self) -> bool:
        life, after, guard = self.life, shape.ASSIGNING.drawn(self.rng), self.guard
        fix_by = self.county.due(f"fix_days.{life.values['level']}", day_at(life.at + after))
        filled = {"responsible": guard.name, **DECISIONS, "fix_by": fix_by}
        who: dict[str, Any] = {"responsible_by_id": id_of(guard.person), "responsible_post_id": id_of(guard.post)}
        if not life.move("assign", self.director, after, filled, **who):
            return False
        if life.values["level"] == "major" and life.at + SOON <= self.county.last:
            self.listed = Listed(self.county, life, self.rng, self.school.where, SOON)
        return True

    def _fix(self) -> bool:
        return self._ask_more() and self._hand_in()

    def _ask_more(self) -> bool:
        """Few ask for more time, and get it. False: nobody has answered yet."""
        life, rng = self.life, self.rng
        if rng.random() >= shape.EXTENDED:
            return True
        until = life.values["fix_by"] + timedelta(days=7)
        filled = {"ask_until": until, "ask_why": "配件未到货"}
        if not life.move("ask_more", self.guard, 2 * SOON + shape.ASKING.drawn(rng), filled):
            return False
        officer = self.county.verifying(life.values["holder_path"])
        more = {"fix_by": until, "extended": life.values["extended"] + 1}
        return life.move("grant", officer, shape.ANSWERING.drawn(rng), {"decision": "同意延期"}, **more)

    def _hand_in(self) -> bool:
        fixers: dict[str, Any] = {"fixers": [self.guard.person, self.guard.post]}
        after = 2 * SOON + shape.FIXING[self.life.values["level"]].drawn(self.rng)
        return self.life.move("hand_in", self.guard, after, {"done": DONE, "after_photos": []}, **fixers)

    def _verify(self) -> bool:
        life, rng = self.life, self.rng
        by = self.county.verifying(life.values["verify_path"])
        while rng.random() < shape.RETURNED:
            after = shape.VERIFYING.drawn(rng)
            due = self.county.due("redo_days", day_at(life.at + after))
            more: dict[str, Any] = {"returned": life.values["returned"] + 1}
            if not life.move("return", by, after, {"decision": NOT_YET}, due, **more) or not self._hand_in():
                return False
        if not life.move("verify", by, shape.VERIFYING.drawn(rng), {"decision": GOOD}):
            return False
        return life.values["level"] == "major" or not life.close(PLATFORM, 0, CLOSES_ITSELF, self.school.model)

    def _strike(self) -> bool:
        """A major one: closed and struck off by the county."""
        if not self.listed or self.life.values["level"] != "major":
            return False
        decision = "整改到位，同意销号"
        if self.life.close(self.county.officer, shape.STRIKING.drawn(self.rng), decision, self.school.model):
            self.listed.strike(decision)
        return True
