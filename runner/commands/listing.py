"""The command that lists what is selected."""

from __future__ import annotations

import json

import click

from runner import methods
from runner.commands.common import load, reporting, selected
from runner.errors import DONE
from runner.options import Options


def ls(options: Options) -> int:
    """Print the selected nodes in the order of the graph."""
    with reporting(options) as report:
        project = load(options)
        project.target(options.target)
        asked = selected(project, options, report)
        every = asked.graph
        for node in (every.nodes[id_] for id_ in every.order if id_ in asked.selection):
            if options.log_format == "json":
                row = {"node": node.id, "made_as": methods.kind_name(node), "path": node.path}
                tags = list(methods.tags(node))
                click.echo(json.dumps({**row, "tags": tags, "description": node.description}))
            else:
                click.echo(node.id)
    return DONE
