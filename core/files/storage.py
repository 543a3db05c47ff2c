"""Private files: kept outside the web root, without a URL; pages serve them after a permission check."""

from django.core.files.storage import FileSystemStorage


class PrivateStorage(FileSystemStorage):
    """A file system storage whose files have no address of their own."""

    def url(self, name: str | None) -> str:
        raise ValueError(
            "Private files have no URL; serve them through a view that checks who asks."
        )
