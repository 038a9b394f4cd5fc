"""kg verify: is a folder still what was sealed?"""

from __future__ import annotations

import click

from kg.errors import EnvironmentProblem


@click.command()
@click.argument("graph")
def verify(graph: str) -> int:
    """Read everything in a built folder and compare it with what was sealed.

    \b
    Example:
      kg verify output
    """
    from kg import folder, seal

    place = folder.existing(graph)
    problems = list(seal.problems(place))
    for problem in problems:
        click.echo(f"{graph}: {problem}", err=True)
    if problems:
        raise EnvironmentProblem(f"{graph} is damaged; build it again from its sources")
    click.echo(f"{graph}: whole; {seal.describe(place)}")
    return 0
