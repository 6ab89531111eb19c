"""What is handed in is held in memory up to a limit, and never on disk."""

import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.test import RequestFactory

from config import uploads


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """A limit of 100 kB, more than one chunk of a request."""
    monkeypatch.setattr(uploads, "MAX_BYTES", 100_000)


def files_of(**sizes):
    """The files of a request with files of these sizes."""
    sent = {name: SimpleUploadedFile(f"{name}.xlsx", b"x" * size) for name, size in sizes.items()}
    return RequestFactory().post("/", sent).FILES


def test_a_file_within_the_limit_is_in_memory_as_it_was_sent():
    """Also one of more than a chunk; its name and kind with it."""
    file = files_of(log=100_000)["log"]
    assert isinstance(file, InMemoryUploadedFile)
    assert (file.name, file.size, file.read()) == ("log.xlsx", 100_000, b"x" * 100_000)


def test_a_file_beyond_the_limit_arrives_with_its_size_and_nothing_in_it():
    """So that a form can say that it is too large."""
    file = files_of(log=300_000)["log"]
    assert (file.size, file.read()) == (300_000, b"")


def test_many_files_together_are_held_to_the_limit():
    """A request with a hundred files takes no more memory than one; those that fit are whole."""
    files = files_of(one=60_000, two=60_000, three=40_000)
    assert [len(files[name].read()) for name in ("one", "two", "three")] == [60_000, 0, 40_000]


def test_no_upload_is_written_into_a_folder(monkeypatch):
    """Whatever its size: confidential rows would lie there until somebody cleans up."""

    def refuse(*args, **kwargs):
        raise AssertionError("a temporary file")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
    monkeypatch.setattr("django.core.files.temp.NamedTemporaryFile", refuse)
    assert files_of(log=5_000_000)["log"].size == 5_000_000
