"""People, agencies, and who serves where."""

from portal.accounts.models.agencies import Agency, AgencyKind, AgencyType
from portal.accounts.models.identities import Identity
from portal.accounts.models.people import Posting, User
from portal.accounts.models.roles import CASE_ROLES, Role

__all__ = [
    "CASE_ROLES",
    "Agency",
    "AgencyKind",
    "AgencyType",
    "Identity",
    "Posting",
    "Role",
    "User",
]
