"""Tables of inspections, by noun."""

from xiaoan.inspections.models.campaigns import Campaign, PlanItem
from xiaoan.inspections.models.institutions import Institution, Penalty
from xiaoan.inspections.models.rosters import Keeper, Member
from xiaoan.inspections.models.truth import Blacklisting, Sample, Sampled, Supervised
from xiaoan.inspections.models.visits import Finding, Part, Visit

__all__ = [
    "Blacklisting",
    "Campaign",
    "Finding",
    "Institution",
    "Keeper",
    "Member",
    "Part",
    "Penalty",
    "PlanItem",
    "Sample",
    "Sampled",
    "Supervised",
    "Visit",
]
