"""What every catalogue loader raises when a file cannot be taken in."""


class CatalogueError(Exception):
    """A catalogue file is broken: says which file, record and field, and what is wrong there."""

    def __init__(self, file: str, record: str, field: str, message: str) -> None:
        super().__init__(f"{file}: {record}: {field}: {message}")
        self.file = file
        self.record = record
        self.field = field
        self.message = message
