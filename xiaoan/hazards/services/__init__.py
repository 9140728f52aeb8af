"""Every change of a hazard, by what it does. Others call these and nothing below."""

from xiaoan.hazards.services.fixing import (
    ask_more,
    assign,
    grant_more,
    hand_in,
    reassign,
    refuse_more,
    start,
)
from xiaoan.hazards.services.judging import dismiss, judge, link_duplicate, raise_level, regrade
from xiaoan.hazards.services.listings import strike, supervise, tell_progress
from xiaoan.hazards.services.moving import on_move
from xiaoan.hazards.services.partners import answer, chase, decline, recall, receive, transfer
from xiaoan.hazards.services.rechecks import draw, look_again
from xiaoan.hazards.services.reporting import report_hazard
from xiaoan.hazards.services.verifying import reopen, return_it, verify

__all__ = [
    "answer", "ask_more", "assign", "chase", "decline", "dismiss", "draw", "grant_more", "hand_in", "judge", "link_duplicate", "look_again",
    "on_move", "raise_level", "reassign", "recall", "receive", "refuse_more", "regrade", "reopen", "report_hazard",
    "return_it", "start", "strike", "supervise", "tell_progress", "transfer", "verify",
]  # fmt: skip
