"""Making an upload for tests."""

from xiaoan.engines.intake.models import Upload
from xiaoan.engines.intake.services import upload_workbook
from xiaoan.ground.units.workbook import Column, template_workbook
from xiaoan.kernel.actor import Actor


def an_upload(actor: Actor) -> Upload:
    """A workbook with one good school below the actor's own unit and one bad row, not confirmed yet."""
    columns = [Column("学校名称", required=True), Column("类别", required=True)]
    content = template_workbook("学校", columns, [["合成新小学", "小学"], ["合成坏小学", "大学堂"]])
    return upload_workbook(actor=actor, kind="schools", file_name="合成学校.xlsx", content=content)
