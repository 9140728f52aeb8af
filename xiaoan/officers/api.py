"""Groups in the API, without any pupil's name. Officers, reports' words and concerns are not here."""

from xiaoan.engines.resource.api import router_for
from xiaoan.officers.resource import GROUPS

router = router_for(GROUPS)
