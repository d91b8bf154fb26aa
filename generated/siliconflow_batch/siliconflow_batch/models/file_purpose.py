from enum import StrEnum


class FilePurpose(StrEnum):
    BATCH = "batch"

    def __str__(self) -> str:
        return str(self.value)
