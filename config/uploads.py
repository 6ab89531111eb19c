"""Files on their way in: held in memory up to the limit of what is read, never on disk."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from .limits import MAX_BYTES


class BoundedUploadHandler(FileUploadHandler):
    """Keeps at most MAX_BYTES of all files of a request together; what is larger arrives with its size and empty.

    So a form can say that a file is too large, while neither memory nor a temporary folder has seen it.
    """

    kept = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.content: BytesIO | None = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.content is None:
            return
        self.kept += len(raw_data)
        if self.kept > MAX_BYTES:
            self.kept -= self.content.tell() + len(raw_data)
            self.content = None
        else:
            self.content.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        content = self.content or BytesIO()
        content.seek(0)
        about = (self.content_type, file_size, self.charset, self.content_type_extra)
        return InMemoryUploadedFile(content, self.field_name, self.file_name, *about)
