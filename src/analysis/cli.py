"""The front door: parses and prints, nothing else."""

from __future__ import annotations

import typer

from analysis import __version__

app = typer.Typer(add_completion=False)


@app.command()
def version(*, version: bool = typer.Option(default=False)) -> None:
    """Say the version."""
    if version:
        typer.echo(f"tilik {__version__}")


def main() -> None:
    """Run the command."""
    app()
