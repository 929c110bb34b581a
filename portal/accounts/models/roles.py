"""What a posting entitles to; keys are used by process steps and the policy."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a posting entitles to; keys are used by process steps and the policy."""

    RECEPTION_CLERK = "reception_clerk", _("Cán bộ một cửa")
    OFFICER = "officer", _("Công chức chuyên môn")
    DEPARTMENT_HEAD = "department_head", _("Lãnh đạo phòng")
    AGENCY_HEAD = "agency_head", _("Lãnh đạo cơ quan")
    RECORDS_CLERK = "records_clerk", _("Văn thư")
    SUPERVISOR = "supervisor", _("Kiểm soát thủ tục hành chính")
    PROCEDURE_ADMIN = "procedure_admin", _("Quản trị thủ tục")
    SYSTEM_ADMIN = "system_admin", _("Quản trị hệ thống")
    AUDITOR = "auditor", _("Kiểm toán")
    POSTAL_AGENT = "postal_agent", _("Nhân viên bưu chính")


# Whoever holds one of these reaches beyond one agency: two system administrators give it.
ADMIN_ROLES = (Role.SYSTEM_ADMIN, Role.PROCEDURE_ADMIN, Role.SUPERVISOR, Role.AUDITOR)
CASE_ROLES = (
    Role.RECEPTION_CLERK,
    Role.OFFICER,
    Role.DEPARTMENT_HEAD,
    Role.AGENCY_HEAD,
    Role.RECORDS_CLERK,
)
