"""The command that proves something about a project."""

from __future__ import annotations

import json

import click

from runner import wanted
from runner.commands.common import load, reporting, threads, typed
from runner.errors import DONE, FAILED
from runner.options import Options
from runner.reporting import verification as verdicts
from runner.reporting.report import as_json
from runner.verifying import verification


def verify(options: Options, batches: int) -> int:
    """Compare increments with full builds, in a scratch database, and print the verdicts."""
    with reporting(options) as report:
        project = load(options)
        target = project.target(options.target)
        asked = wanted.read(project, options, report.note)
        report.started("verify", project.config.name, target, typed(options))
        order = verification.Order(
            project, asked.graph, asked.selection, target.name, batches, threads(options, target)
        )
        found = verification.run(order, report.note)
        if options.log_format == "json":
            for verdict in verdicts.objects(found):
                click.echo(json.dumps(verdict, default=as_json))
        else:
            click.echo(verdicts.text(found))
        for note in found.notes:
            report.note(note)
    return DONE if found.ok else FAILED
