"""Jinja in migrations, rendered as schemachange renders it."""

from __future__ import annotations

import os
import re
import traceback
from collections.abc import Mapping
from pathlib import Path

from runner.errors import ProjectError

_MARKS = ("{{", "{%", "{#")
# What an expression of a template can raise by itself, as `{{ 1 / 0 }}` does.
_FAULTS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

# tags and filters that bring in other files, or chance
_UNTOLD = re.compile(r"{%[-+]?\s*(?:extends|from|import|include)\b|(?<!\|)\|\s*random\b|\blipsum\b")
_ENV_VAR = re.compile(r"\benv_var\b(?:\s*\(\s*(?:'([^'\\]*)'|\"([^\"\\]*)\")\s*[,)])?")


def surroundings(text: str) -> dict[str, str | None] | None:
    """The environment variables that a script reads, each with its value or None where it is not
    set; None instead of all when a script depends on more than these and its variables."""
    if not any(mark in text for mark in _MARKS):
        return {}
    names = [single or double for single, double in _ENV_VAR.findall(text)]
    if not all(names) or _UNTOLD.search(text):
        return None
    return {name: os.environ.get(name) for name in names}


def render(text: str, variables: Mapping[str, object], path: str, folder: Path) -> str:
    """A script's SQL. `path` names the script in errors, `folder` is where includes are looked up.

    Raises `ProjectError` with the line of an undefined variable or a mistake in the template.
    """
    if not any(mark in text for mark in _MARKS):
        return text

    import jinja2  # noqa: PLC0415  (only for scripts that use it)

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), undefined=jinja2.StrictUndefined
    )
    environment.globals["env_var"] = _env_var
    try:
        code = environment.compile(text, path, path)
        template = jinja2.Template.from_code(environment, code, dict(environment.globals))
        return template.render(**variables)
    except jinja2.TemplateSyntaxError as error:
        raise ProjectError.at(path, error.lineno, error.message or "cannot be rendered") from error
    except (jinja2.UndefinedError, _NotSetError) as error:
        hint = "set it in runner.toml, in [variables] or in the target's own"
        raise ProjectError.at(path, _line(error, path), str(error), hint) from error
    except (jinja2.TemplateError, *_FAULTS) as error:
        raise ProjectError.at(path, _line(error, path), f"cannot be rendered: {error}") from error


class _NotSetError(ValueError):
    """An environment variable that a script needs is not set."""


def _env_var(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise _NotSetError(f"the environment variable {name} is not set")
    return value


def _line(error: Exception, path: str) -> int:
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno or 0 for frame in reversed(frames) if frame.filename == path), 0)
