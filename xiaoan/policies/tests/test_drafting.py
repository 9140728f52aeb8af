"""What may become a draft."""

import pytest

from conftest import Cast
from xiaoan.kernel.errors import Invalid
from xiaoan.policies.drafting import create_draft
from xiaoan.policies.models import Document


def test_a_slip_of_the_paste_is_no_document(cast: Cast) -> None:
    with pytest.raises(Invalid, match="只有 5 个字"):
        create_draft(actor=cast.actor("county_officer"), unit=cast.county, text="关于冬季 安")
    assert not Document.objects.exists()
