"""./run manage load_catalogue [DIR]: the catalogue's files into the tables."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.core.catalogue import CatalogueError
from portal.reports.catalogue import OWN_CATALOGUE, load_catalogue


class Command(BaseCommand):
    """Loads the catalogue; a second time changes nothing, a broken file changes nothing."""

    help = "Nạp danh mục thủ tục, cơ quan, ngày nghỉ, quy trình, biểu mẫu và mức giảm phí."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=OWN_CATALOGUE, metavar="DIR")

    def handle(self, *args: object, **options: Path) -> None:
        try:
            loaded = load_catalogue(options["folder"])
        except CatalogueError as error:
            raise CommandError(" ".join(str(error).split())) from error
        for kind, tally in loaded.items():
            self.stdout.write(f"{kind}: {tally}")
