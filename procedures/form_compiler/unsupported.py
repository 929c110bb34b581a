"""The refusal of a schema that the compiler cannot turn into a form without losing a rule."""


class UnsupportedSchema(ValueError):
    """A schema holds something the compiler would have to ignore; it names place and keyword."""

    def __init__(self, pointer: str, keyword: str, why: str = "") -> None:
        self.pointer = pointer or "/"
        self.keyword = keyword
        super().__init__(f"{self.pointer}: {keyword}" + (f" ({why})" if why else ""))
