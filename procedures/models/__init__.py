"""What may be asked of the province: procedures, dated and with their legal basis."""

from procedures.models.parts import (
    Case,
    Competence,
    Component,
    Fee,
    OnlineActivity,
    ProcessingTime,
    VersionPart,
)
from procedures.models.procedures import (
    EssentialService,
    FormVersion,
    LegalBasis,
    LifeEvent,
    Procedure,
)
from procedures.models.processes import (
    Process,
    ProcessStep,
)
from procedures.models.shared import (
    ORDINARY_CASE,
    Audience,
    Channel,
    Sourced,
)
from procedures.models.versions import (
    ProcedureVersion,
)

__all__ = [
    "ORDINARY_CASE",
    "Audience",
    "Case",
    "Channel",
    "Competence",
    "Component",
    "EssentialService",
    "Fee",
    "FormVersion",
    "LegalBasis",
    "LifeEvent",
    "OnlineActivity",
    "Procedure",
    "ProcedureVersion",
    "Process",
    "ProcessStep",
    "ProcessingTime",
    "Sourced",
    "VersionPart",
]
