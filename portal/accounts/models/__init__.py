"""People, agencies, and who serves where."""

from portal.accounts.models.agencies import Agency, AgencyKind, AgencyType
from portal.accounts.models.identities import Identity
from portal.accounts.models.past_passwords import PastPassword
from portal.accounts.models.people import Posting, User
from portal.accounts.models.proposals import AccountProposal
from portal.accounts.models.roles import ADMIN_ROLES, CASE_ROLES, Role
from portal.accounts.models.second_factor import PaperCode, SecondFactor
from portal.accounts.models.sessions import Session
from portal.accounts.models.tokens import Scope, Token

__all__ = [
    "ADMIN_ROLES",
    "CASE_ROLES",
    "AccountProposal",
    "Agency",
    "AgencyKind",
    "AgencyType",
    "Identity",
    "PaperCode",
    "PastPassword",
    "Posting",
    "Role",
    "Scope",
    "SecondFactor",
    "Session",
    "Token",
    "User",
]
