"""What a school's profile says in the demo: parts never above their whole, sizes that fit the school."""

import random
from typing import Any

from xiaoan.ground.units.models import Unit

# sheets whose numbers the measures divide
PROFILED = {"security_profile", "safety_standing", "responsibility", "psych_test"}
# part -> whole, as the measures divide them
PARTS = {
    "guards": "guards_required", "guards_certified": "guards", "video_linked": "video_points",
    "staff_trained": "staff_total", "core_trained": "core_staff", "fire_certified": "fire_staff",
    "class_officers": "classes", "room_officers": "rooms", "signed": "due", "tested": "due", "trained": "due",
}  # fmt: skip


def fit_profile(rng: random.Random, answers: dict[str, Any], unit: Unit) -> dict[str, Any]:
    """The same answers with sizes of the unit, and most parts complete."""
    sizes = {
        "guards_required": 2 + unit.pupils // 500, "video_points": 24 + unit.pupils // 12, "staff_total": unit.staff,
        "core_staff": max(3, unit.staff // 8), "classes": unit.classes, "rooms": unit.boarders // 6,
        "due": unit.pupils if "tested" in answers else unit.staff,
    }  # fmt: skip
    fitted = {key: sizes.get(key, value) for key, value in answers.items()}
    for part, whole in PARTS.items():
        if part in fitted and whole in fitted:
            share = 1.0 if rng.random() < 0.8 else rng.uniform(0.6, 0.95)
            fitted[part] = int(fitted[whole] * share)
    return fitted
