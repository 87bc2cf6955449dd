"""A project -> what its files say and what its migrations make, from the cache or by parsing.

Everything is kept by the digest of what it was made from: the text, the path and the folder
defaults of a file; all scripts and their variables; all of this for the graph. What is kept is
facts, never a syntax tree, which takes longer to load than to make again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from runner.caching.cache import Cache
from runner.caching.version import version
from runner.cataloging import templates
from runner.cataloging.objects import Catalog
from runner.errors import Problem
from runner.parsing.parsed import KINDS, Parsed
from runner.project import CONFIG, MIGRATIONS, Default, Project, SourceFile

FILE = "reading.cache"


@dataclass(frozen=True)
class Read:
    """What a project says, before its parts are put together."""

    parsed: tuple[Parsed, ...]
    catalog: Catalog
    problems: tuple[Problem, ...]  # of the migrations and of the folder defaults


def read(project: Project, keys: Keys, cache: Cache) -> Read:
    """Everything in a project; what is new goes into the cache."""
    catalog, problems = _catalog(project, keys, cache)
    problems += _default_problems(project, keys, cache)
    return Read(_parsed(keys, cache), catalog, problems)


class Keys:
    """The names in the cache of what a project says."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._version = version()

    @cached_property
    def files(self) -> dict[bytes, tuple[SourceFile, Mapping[str, Default]]]:
        """Each file with its defaults, of which only the texts count."""
        folders: dict[str, tuple[Mapping[str, Default], dict[str, str]]] = {}
        found = {}
        for file in self._project.files:
            if file.folder == MIGRATIONS:
                continue
            folder = file.path.rpartition("/")[0]
            if folder not in folders:
                entry = self._project.defaults(file.path)
                folders[folder] = entry, {name: default.text for name, default in entry.items()}
            defaults, texts = folders[folder]
            state = (file.path, file.folder, file.unreadable, file.unreadable_line, texts)
            found[self._name("file", repr(state), file.text)] = file, defaults
        return found

    @cached_property
    def catalog(self) -> bytes | None:
        return self.scripts("catalog")

    def scripts(self, what: str, target: str | None = None) -> bytes | None:
        """Of what is made of all migrations, rendered for a target. None when they depend on files
        that they include, which nobody has read."""
        scripts = [file for file in self._project.files if file.folder == MIGRATIONS]
        around = [templates.surroundings(file.text) for file in scripts]
        if None in around:
            return None
        variables = sorted(self._project.variables(target).items())
        texts = [(file.path, file.text, file.unreadable, file.unreadable_line) for file in scripts]
        return self._name(what, repr(variables), repr(around), repr(texts))

    @cached_property
    def defaults(self) -> bytes:
        return self._name("defaults", repr(self._project.config.defaults))

    @cached_property
    def graph(self) -> bytes | None:
        """Of all of it together; None when the catalog has none."""
        if self.catalog is None:
            return None
        names = (*self.files, self.catalog, self.defaults)
        return self._name("graph", *(name.hex() for name in names))

    def _name(self, *parts: str) -> bytes:
        text = "\0".join((self._version, *parts))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _parsed(keys: Keys, cache: Cache) -> tuple[Parsed, ...]:
    found = cache.get(keys.files)
    missing = [name for name in keys.files if name not in found]
    if missing:
        from runner.parsing.together import parse_all  # noqa: PLC0415  (sqlglot is slow to import)

        for name, parsed in zip(
            missing, parse_all([keys.files[name] for name in missing]), strict=True
        ):
            found[name] = parsed
            cache.put(name, parsed)
    return tuple(found[name] for name in keys.files)


def _catalog(project: Project, keys: Keys, cache: Cache) -> tuple[Catalog, tuple[Problem, ...]]:
    def read() -> tuple[Catalog, tuple[Problem, ...]]:
        from runner.cataloging import catalog  # noqa: PLC0415  (sqlglot is slow to import)

        found, problems = catalog.read(project)
        return found, tuple(problems)

    return cache.kept(keys.catalog, read)


def _default_problems(project: Project, keys: Keys, cache: Cache) -> tuple[Problem, ...]:
    """What is wrong with the folder defaults in `runner.toml`."""

    def read() -> Iterator[Problem]:
        from runner.parsing import settings  # noqa: PLC0415  (sqlglot is slow to import)

        for folder, entry in project.config.defaults.items():
            kind = KINDS.get(folder.split("/", maxsplit=1)[0])
            for finding in settings.check_defaults(kind, folder, entry):
                yield Problem(CONFIG, finding.line, finding.message, finding.hint)

    return cache.kept(keys.defaults, lambda: tuple(read()))
