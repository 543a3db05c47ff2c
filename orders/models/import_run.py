"""File imports: how far each came, and what it could not read."""

from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreOwned


class ImportRun(StoreOwned):
    """One file taken in. Unique by kind, format and content, so that a repeat resumes."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    kind = models.CharField(max_length=16)
    format = models.CharField(max_length=64)
    file_name = models.CharField(max_length=255)
    file_hash = models.CharField(max_length=64)
    position = models.BigIntegerField(default=0, help_text="Records safely taken in.")
    counts = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "import"
        verbose_name_plural = "imports"
        constraints = [
            models.UniqueConstraint(
                fields=["store", "kind", "format", "file_hash"], name="one_run_per_file"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} from {self.file_name}"


class ImportReject(StoreOwned):
    """One line that could not be read, with the reason."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rejects")
    line = models.BigIntegerField()
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="one_reject_per_line")]

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"
