"""Where staged files lie: the place that `@stage/path` names, and the files in it.

An external stage's url is mapped to a local folder by the target's `stages` option (longest prefix
wins). Internal stages are folders `<path>/stages/<DB>/<SCHEMA>/<STAGE>.<id>/`, table stages
`…/%<TABLE>.<when it was made>/`, the user's stage is `<path>/stages/~/`. Files and folders whose
names begin with a dot are not in a stage: that is how a file is written before it lands. Pages
*CREATE STAGE*, *COPY INTO <table>*.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import tempfile
import uuid
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote as escape

from runner.engines.duckdb import objects
from runner.engines.duckdb.loading import formats, names
from runner.engines.duckdb.loading.formats import FileFormat
from runner.engines.duckdb.loading.reading import LoadWords
from runner.errors import EngineError, Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session
    from runner.engines.duckdb.store import Store

KIND = "STAGE"
FOLDER = "FOLDER"  # the property that says where an internal stage's files are
_URL = re.compile(r"(?P<bucket>[a-z0-9]+://[^/]*)/?(?P<path>.*)", re.IGNORECASE)
_temporary: weakref.WeakKeyDictionary[Store, tempfile.TemporaryDirectory[str]] = (
    weakref.WeakKeyDictionary()
)


@dataclass(frozen=True)
class StagedFile:
    """A file in a stage: `relative` is its path within the stage, `modified` is UTC."""

    relative: str
    path: Path
    size: int
    modified: datetime
    stamp: int  # nanoseconds


@dataclass(frozen=True)
class Location:
    """A place in a stage that a statement names: `path` is a prefix of its files' names.

    mapped       the local folder that holds the stage; None when its url is mapped to none
    url          an external stage's url with a `/` at its end; empty for internal stages
    label        how LIST and COPY name the stage: `landing/`, the url, nothing for user and table
    stage        database, schema and name, or None for user and table stages and plain urls
    bucket       the folder of an external stage's target that holds `mapped`, or is it
    """

    mapped: Path | None
    path: str
    url: str = ""
    label: str = ""
    stage: names.Path3 | None = None
    format: FileFormat | None = None
    bucket: Path | None = None

    @property
    def folder(self) -> Path:
        """The local folder that holds the stage. Raises `EngineError` when there is none."""
        if self.mapped is None:
            raise EngineError(
                f"{self.described}: no local folder is mapped to {self.url}",
                f'add "{self.url}" = "<folder>" under [targets.….stages] of runner.toml',
            )
        return self.mapped

    def shown(self, file: StagedFile) -> str:
        """The file as LIST and COPY name it."""
        return self.label + file.relative

    def file_name(self, file: StagedFile) -> str:
        """METADATA$FILENAME: the full path within the bucket or the internal stage."""
        found = _URL.fullmatch(self.url)
        return (found["path"] if found else "") + file.relative

    @property
    def stage_location(self) -> str:
        """COPY_HISTORY's STAGE_LOCATION."""
        return self.url or ("@" + ".".join(self.stage) if self.stage else "@" + self.label)

    def files(self, pattern: str | None = None) -> list[StagedFile]:
        """The files of this place that match a PATTERN, ordered by name.

        A stage whose path nothing begins with has no files, as in a bucket. Raises `EngineError`
        when the folder that an external stage is mapped to is missing, or one cannot be read.
        """
        if not self.folder.is_dir():
            if self.bucket is not None and not self.bucket.is_dir():
                raise EngineError(
                    f"{self.described}: the folder {self.bucket} does not exist",
                    f"create it, or map {self.url} to another folder under [targets.….stages] of "
                    "runner.toml",
                )
            return []
        start = self.folder / self.path.rpartition("/")[0]
        found = [
            file
            for file in _walk(start, self.folder, self.described)
            if file.relative.startswith(self.path)
        ]
        if pattern is not None:
            expression = compiled(pattern)
            found = [file for file in found if self._matches(file, expression)]
        return sorted(found, key=lambda file: file.relative)

    def _matches(self, file: StagedFile, pattern: re.Pattern[str]) -> bool:
        """Whether a pattern matches "the entire storage location" of a file (*COPY INTO <table>*).

        The page does not say where that begins: a pattern that depends on it is refused.
        """
        readings = (self.shown(file), self.file_name(file), file.relative)
        answers = {pattern.fullmatch(reading) is not None for reading in readings}
        if len(answers) > 1:
            raise Unsupported(
                f"PATTERN = '{pattern.pattern}', which depends on where a path begins",
                "begin it with .*",
            )
        return answers.pop()

    @property
    def described(self) -> str:
        name = ".".join(self.stage) if self.stage else self.label or "the stage"
        return f"Stage {name} ({self.url})" if self.url else f"Stage {name}"


def compiled(pattern: str) -> re.Pattern[str]:
    """A PATTERN as a regular expression. Raises `EngineError` when it is none."""
    try:
        return re.compile(pattern)
    except re.error as error:
        raise EngineError(
            f"Invalid regular expression: '{pattern}', {error}", code=100048
        ) from error


def _walk(start: Path, root: Path, stage: str) -> Iterator[StagedFile]:
    if not start.is_dir():
        return

    def refuse(error: OSError) -> None:
        raise EngineError(f"{stage}: {error.filename} cannot be read: {error.strerror}")

    seen: set[str] = set()
    for folder, folders, files in os.walk(start, followlinks=True, onerror=refuse):
        real = os.path.realpath(folder)
        folders[:] = [] if real in seen else sorted(f for f in folders if not f.startswith("."))
        if real in seen:
            continue
        seen.add(real)
        for name in sorted(files):
            file = staged(Path(folder) / name, root)
            if file is not None and not name.startswith("."):
                yield file


def staged(path: Path, root: Path) -> StagedFile | None:
    """A file as it is now; None when it is gone (or a link to nowhere or to itself) or no file.

    Reading a pipe or a device would wait for whoever writes to it.
    """
    try:
        facts = path.stat()
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ELOOP, errno.ENOTDIR):
            return None
        raise EngineError(f"{path} cannot be read: {error.strerror}") from error
    if not stat.S_ISREG(facts.st_mode):
        return None
    modified = datetime.fromtimestamp(facts.st_mtime, UTC)
    relative = path.relative_to(root).as_posix()
    if not _is_unicode(relative):
        named = relative.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        raise EngineError(f"the name of {root / named} is not UTF-8", "rename the file")
    return StagedFile(relative, path, facts.st_size, modified, facts.st_mtime_ns)


def locate(session: Session, text: str) -> Location:
    """The place that `@stage/path`, `@%table/path`, `@~/path` or an url names.

    Raises `EngineError` when the stage does not exist.
    """
    if not text.startswith("@"):
        return _by_url(session, text)
    if text.startswith("@~"):
        return Location(root(session.store) / "~", text[2:].lstrip("/"))
    words = LoadWords(
        text[1:].partition("/")[0].replace("%", " % ") if '"' not in text else text[1:]
    )
    parts, is_table = _stage_name(words)
    path = _behind_name(text)
    full = names.full(session, parts)
    if is_table:
        table = names.existing(session, "TABLE", full)
        made = f"%{table.name}.{table.created:%Y%m%d%H%M%S%f}"  # another of its name has another
        return Location(folder_of(session.store, (*full[:2], made)), path)
    found = names.existing(session, KIND, full)
    return at_stage(session, found, path)


def _stage_name(words: LoadWords) -> tuple[tuple[str, ...], bool]:
    parts: list[str] = []
    while True:
        is_table = words.take("%")
        parts.append(words.identifier())
        if not words.take("."):
            return tuple(parts), is_table


def _behind_name(text: str) -> str:
    found = re.match(r'@(?:"(?:[^"]|"")*"|[^"/])*', text)
    return text[found.end() :].lstrip("/") if found else ""


def at_stage(session: Session, stage: objects.Object, path: str = "") -> Location:
    """A place in a named stage."""
    key = (stage.database, stage.schema, stage.name)
    url = str(stage.properties.get("URL") or "")
    form = formats.of_option(session, thawed(stage.properties.get("FILE_FORMAT")))
    if not url:
        label = stage.name.lower() + "/"
        folder = folder_of(session.store, folder_parts(stage))
        return Location(folder, path, label=label, stage=key, format=form)
    url = url if url.endswith("/") else url + "/"
    mapped, bucket = _mapped(session, url)
    return Location(mapped, path, url, url, key, form, bucket)


def thawed(value: Any) -> Any:
    """A FILE_FORMAT option as the statement gave it: JSON has made lists of its pairs."""
    if isinstance(value, list):
        return [tuple(item) for item in value]
    return value


def _by_url(session: Session, text: str) -> Location:
    found = _URL.fullmatch(text)
    if found is None:
        raise EngineError(
            f"SQL compilation error: invalid URL prefix found in: '{text}'", code=1011
        )
    folder, _, path = found["path"].rpartition("/")
    url = f"{found['bucket']}/{folder}/" if folder else f"{found['bucket']}/"
    mapped, bucket = _mapped(session, url)
    return Location(mapped, path, url, url, bucket=bucket)


def _mapped(session: Session, url: str) -> tuple[Path | None, Path | None]:
    """The local folder of an url, by the longest prefix that is mapped, and the prefix's own."""
    prefixes = [prefix for prefix in session.stage_folders if url.startswith(_slashed(prefix))]
    if not prefixes:
        return None, None
    best = max(prefixes, key=len)
    bucket = session.stage_folders[best]
    return bucket / url[len(_slashed(best)) :].rstrip("/"), bucket


def _slashed(prefix: str) -> str:
    return prefix if prefix.endswith("/") else prefix + "/"


def root(store: Store) -> Path:
    """The folder of a store's internal stages; a temporary one for a store in memory."""
    if store.folder is not None:
        return store.folder / "stages"
    if store not in _temporary:
        _temporary[store] = tempfile.TemporaryDirectory(prefix="runner-stages-")
    return Path(_temporary[store].name)


def new_folder(path: names.Path3) -> list[str]:
    """The folder of a new internal stage: its own whatever becomes of its name, so that a stage is
    renamed or replaced by its record alone, at one moment."""
    return [*path[:2], f"{path[2]}.{uuid.uuid4().hex}"]


def folder_parts(stage: objects.Object) -> Sequence[str]:
    """The folder of an internal stage, below the root of all."""
    found: Sequence[str] | None = stage.properties.get(FOLDER)
    return found or (stage.database, stage.schema, stage.name)


def folder_of(store: Store, path: Sequence[str]) -> Path:
    """The folder of an internal or table stage."""
    return root(store).joinpath(*(escape(part, safe="% $") for part in path))


def _is_unicode(name: str) -> bool:
    """Whether a name is more than bytes, which Python keeps as lone surrogates."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
