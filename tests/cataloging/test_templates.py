"""Jinja in migrations gives what schemachange's own rendering gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from schemachange.JinjaTemplateProcessor import JinjaTemplateProcessor

from runner.cataloging import templates
from runner.deploying.migrations import checksum
from runner.errors import ProjectError

TEXTS = [
    "select 1;",
    "  select '{{ name }}' ;\n\n",
    "{% if big %}\nselect 1;\n{% else %}\nselect 2;\n{% endif %}",
    "{# nothing #}select {{ env_var('NOT_SET', 'default') }}",
    "{% include 'part.sql' %}\nselect 2;;",
    "\ufeffselect {{ 1 + 1 }}\r\n;",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_script_renders_to_the_text_and_checksum_of_schemachange(
    tmp_path: Path, text: str
) -> None:
    variables = {"name": "Ada", "big": True}
    (tmp_path / "part.sql").write_text("select '{{ name }}';\n")
    (tmp_path / "V1__x.sql").write_bytes(text.encode())
    theirs = JinjaTemplateProcessor(tmp_path).render("V1__x.sql", variables)
    read = text.removeprefix("\ufeff").replace("\r\n", "\n")
    ours = templates.render(read, variables, "migrations/V1__x.sql", tmp_path)
    assert ours.strip().removesuffix(";") == theirs
    assert checksum(ours) == checksum(theirs + ";")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("select 1;\nselect {{ nme }};", 2, "'nme' is undefined"),
        ("select 1;\n\nselect {{ name;", 3, "unexpected '}'|expected token|end of"),
        ("{% if name %}", 1, "end of template"),
        ("\n{{ env_var('NOT_SET') }}", 2, "NOT_SET is not set"),
        ("\n{% include 'nothing.sql' %}", 2, "nothing.sql"),
        ("\n{{ 1 / 0 }}", 2, "cannot be rendered: division by zero"),
        ("\n{{ name + 1 }}", 2, "cannot be rendered: can only concatenate"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", 1, "cannot be rendered: maximum"),
    ],
)
def test_a_mistake_is_reported_with_its_line(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    with pytest.raises(ProjectError, match=message) as failed:
        templates.render(text, {"name": "Ada"}, "migrations/V1__x.sql", tmp_path)
    assert [(p.path, p.line) for p in failed.value.problems] == [("migrations/V1__x.sql", line)]
