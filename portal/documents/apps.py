from django.apps import AppConfig
from django.core.checks import register

from portal.documents.checks import scanner_is_named


class DocumentsConfig(AppConfig):
    name = "portal.documents"
    label = "documents"
    verbose_name = "Giấy tờ"

    def ready(self) -> None:
        register(scanner_is_named)
