"""What the clock starts for webhooks."""

from typing import Any

from xiaoan.engines.connect import hooks
from xiaoan.engines.connect.hooks import Beat


def push(payload: dict[str, Any], beat: Beat) -> str:
    """Queue what happened and send what is due."""
    queued, sent = hooks.collect(beat), hooks.deliver(beat)
    return f"新事件 {queued} 条，送出 {sent} 条" if queued or sent else ""


def forget(payload: dict[str, Any], beat: Beat) -> str:
    """Drop old deliveries."""
    return f"清理 {hooks.forget()} 条"
