"""What the methods of selectors name: `tag:daily`, `state:modified`, `config.materialized:view`.

They are dbt's (https://docs.getdbt.com/reference/node-selection/methods), where what they ask for
exists here. What is remembered in the target is given, never read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from typing import Any

from runner import fingerprints, outdated
from runner.errors import UsageError
from runner.fingerprints import Fingerprint
from runner.graph import Graph
from runner.nearest import nearest_hint
from runner.nodes import Check, Kind, Node, Settings, Snapshot, sql_name
from runner.remembered import RESET, Remembered
from runner.results import Status
from runner.sources import Sources

METHODS = ("check", "config", "path", "resource_type", "result", "source", "state", "tag")
OF_STATE = frozenset({"result", "state"})  # those that need to know what is remembered

_CHECK_SETTINGS = ("severity", "warn_if", "error_if", "warn_after", "error_after", "tags")
SETTINGS = tuple(dict.fromkeys((*(field.name for field in fields(Settings)), *_CHECK_SETTINGS)))

Test = Callable[[Node], bool]
Compared = Callable[[Fingerprint, Fingerprint], bool]

# How a file may differ from the one that its last success was made of; new files differ in all.
_DIFFERENCES: Mapping[str, Compared] = {
    "modified": lambda now, then: now.text != then.text,
    "modified.body": lambda now, then: (
        (now.frame, [*now.columns.items()]) != (then.frame, [*then.columns.items()])
    ),
    "modified.configs": lambda now, then: now.settings != then.settings,
    "modified.checks": lambda now, then: now.checks != then.checks,
}
STATES = ("new", "old", "unmodified", *_DIFFERENCES)


@dataclass(frozen=True)
class Method:
    """`config.materialized:view` in its parts; a bare name has no `name`."""

    name: str
    part: str
    value: str

    def __str__(self) -> str:
        return f"{self.name}{'.' if self.part else ''}{self.part}:{self.value}"

    @property
    def may_be_empty(self) -> bool:
        """Whether it names what is so at the moment, so that nothing being so is no mistake."""
        return self.name in OF_STATE

    def covers(self, text: str) -> bool:
        """Whether the value, with its wildcards, means a text."""
        return fnmatchcase(text.lower(), self.value.lower())


def matching(graph: Graph, method: Method, remembered: Mapping[str, Remembered]) -> set[str]:
    """The ids of the nodes that a method names. Raises `UsageError` for a method that there is not,
    or a word that none of the method's can be."""
    if method.name not in _TESTS or (method.part and method.name != "config"):
        raise _unknown(method)
    test = _TESTS[method.name](method, _Memory(graph, remembered))
    return {node.id for node in graph.nodes.values() if test(node)}


def matching_sources(sources: Sources, method: Method) -> set[str]:
    """The ids of what `source:schema.table` or `source:schema` names."""
    return {
        sources.id(relation)
        for relation in sources.relations
        if any(map(method.covers, (f"{relation.schema}.{relation.name}", relation.schema)))
    }


def hint(graph: Graph, method: Method) -> str:
    """What to say when a method names nothing."""
    nodes = graph.nodes.values()
    match method.name:
        case "tag":
            return _listed(
                "tags", (tag for node in nodes for tag in tags(node)), "no file has a tag"
            )
        case "resource_type":
            return f"the types are: {', '.join(Kind)}"
        case "config":
            values = (text for node in nodes for text in _texts(node, method.part))
            return _listed("values", values, f"no file has @{method.part}")
        case "source":
            relations = Sources(graph).relations
            schemas = (sql_name(relation.schema) for relation in relations)
            near = nearest_hint(method.value, map(str, relations))
            return near or _listed("schemas of sources", schemas, "there are none")
    known = (name for node in nodes for name in names(node))
    return nearest_hint(method.value, known) or "`runner ls` shows the names"


def tags(node: Node) -> tuple[str, ...]:
    """A node's tags, wherever its kind keeps them."""
    return node.tags if isinstance(node, Check) else node.settings.tags


def names(node: Node) -> tuple[str, ...]:
    """What a term without a method may call the node: `fct_sales`, `retail_marts.fct_sales`."""
    if isinstance(node, Check):
        return (node.name.rpartition("/")[2].lower(),)
    return node.relation.name.lower(), node.id.lower()


def kind_name(node: Node) -> str:
    """How a node is made, in one word: a model's materialization, `snapshot` or `check`."""
    if isinstance(node, Check | Snapshot):
        return node.kind.value
    return node.settings.materialized.value


def _unknown(method: Method) -> UsageError:
    name = f"{method.name}{'.' if method.part else ''}{method.part}"
    near = nearest_hint(name, METHODS)
    known = f"use a name or one of: {', '.join(f'{one}:' for one in METHODS)}"
    return UsageError(f"selector {method}: there is no method {name!r}", f"{near} {known}".strip())


def _words(method: Method, known: Iterable[str], plural: str) -> frozenset[str]:
    """The words that a value means, which must be some."""
    words = list(known)
    found = frozenset(filter(method.covers, words))
    if not found:
        near = nearest_hint(method.value, words)
        message = f"selector {method}: {method.value!r} is none of the {plural}"
        raise UsageError(message, f"{near} the {plural} are: {', '.join(words)}".strip())
    return found


# --- what stands in files


def _by_name(method: Method, memory: _Memory) -> Test:
    if "/" in method.value:
        return _by_path(method, memory)
    return lambda node: any(map(method.covers, names(node)))


def _by_path(method: Method, _: _Memory) -> Test:
    folder = method.value.rstrip("/").removeprefix("./")
    return lambda node: any(fnmatchcase(path, folder) for path in _paths(node))


def _by_tag(method: Method, _: _Memory) -> Test:
    return lambda node: any(map(method.covers, tags(node)))


def _by_type(method: Method, _: _Memory) -> Test:
    return lambda node: method.covers(node.kind.value)


def _by_check(method: Method, _: _Memory) -> Test:
    return lambda node: isinstance(node, Check) and method.covers(node.name)


def _by_config(method: Method, _: _Memory) -> Test:
    if method.part not in SETTINGS:
        near = nearest_hint(method.part, SETTINGS) if method.part else ""
        message = f"there is no setting {method.part!r}" if method.part else "which setting?"
        hint = near or "for example config.materialized:view"
        raise UsageError(f"selector {method}: {message}", hint)
    return lambda node: any(map(method.covers, _texts(node, method.part)))


def _paths(node: Node) -> list[str]:
    """A file and the folders that it is in."""
    parts = node.path.split("/")
    return ["/".join(parts[:many]) for many in range(1, len(parts) + 1)]


def _texts(node: Node, setting: str) -> tuple[str, ...]:
    """A setting's value as one would write it; of a list, each of its items."""
    if setting == "materialized":
        return () if isinstance(node, Check) else (kind_name(node),)
    holder: Any = node if isinstance(node, Check) else node.settings
    if setting == "move_from" and not isinstance(node, Check):
        moved = node.settings.move_from
        return (str(moved.relation),) if moved else ()
    value = getattr(holder, setting, None)
    values = value if isinstance(value, tuple) else (value,)
    return tuple(str(one) for one in values if one is not None and one != "")


def _listed(plural: str, values: Iterable[str], otherwise: str) -> str:
    known = sorted(set(values))
    return f"the {plural} are: {', '.join(known)}" if known else otherwise


# --- what is remembered


@dataclass(frozen=True)
class _Memory:
    """What the target remembers of the nodes of a project.

    A check file that runs in the step of the one relation that it reads shares what is remembered
    of the relation, unless it has run by itself.
    """

    graph: Graph
    remembered: Mapping[str, Remembered]

    def result(self, node: Node) -> str:
        """How the last attempt ended; empty when there was none."""
        found = self.remembered.get(node.id) or self.remembered.get(self._host(node))
        return found.status if found else ""

    def states(self, node: Node) -> set[str]:
        """The words of `state:` that are true of a node."""
        now, then = self._fingerprints(node)
        if then is None:
            return {"new", *_DIFFERENCES}
        differs = {word for word, compared in _DIFFERENCES.items() if compared(now, then)}
        return {"old", *(differs or {"unmodified"})}

    def _fingerprints(self, node: Node) -> tuple[Fingerprint, Fingerprint | None]:
        """What counts of a node now, and what counted at its last success, if there was one."""
        host = self._host(node)
        if node.id in self.remembered or not host:
            return self._pair(node)
        now, then = self._pair(self.graph.nodes[host])
        return Fingerprint(checks=now.checks), Fingerprint(checks=then.checks) if then else None

    def _pair(self, node: Node) -> tuple[Fingerprint, Fingerprint | None]:
        now = outdated.fingerprint(self.graph, node, self.graph.checks_of(node.id))
        known = self.remembered.get(node.id)
        if known is None or not known.succeeded or known.status == RESET:
            return now, None
        return now, fingerprints.from_text(known.fingerprint)

    def _host(self, node: Node) -> str:
        """The relation in whose step a check file runs."""
        hosts = self.graph.upstream[node.id] if isinstance(node, Check) else ()
        return next((host for host in hosts if node in self.graph.checks_of(host)), "")


def _by_state(method: Method, memory: _Memory) -> Test:
    states = _words(method, STATES, "states")
    return lambda node: not states.isdisjoint(memory.states(node))


def _by_result(method: Method, memory: _Memory) -> Test:
    results = _words(method, [status.value for status in Status], "results")
    return lambda node: memory.result(node) in results


_TESTS: Mapping[str, Callable[[Method, _Memory], Test]] = {
    "": _by_name,
    "check": _by_check,
    "config": _by_config,
    "path": _by_path,
    "resource_type": _by_type,
    "result": _by_result,
    "state": _by_state,
    "tag": _by_tag,
}
