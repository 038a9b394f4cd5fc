"""What the documents say is what the program does."""

from __future__ import annotations

import importlib.util
import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


PAGES = ("commands.md", "formats.md", "shapes.md", "queries.md")


@pytest.mark.parametrize("page", PAGES)
def test_reference_pages_are_what_the_program_says(page: str) -> None:
    """Reference pages are generated; after a change of the program run python docs/generate.py."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec
    assert spec.loader
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    assert set(generate.PAGES) == set(PAGES)
    # Words only: click's releases wrap and indent differently.
    assert (ROOT / "docs" / page).read_text(encoding="utf-8").split() == generate.PAGES[page]().split()


@pytest.mark.parametrize("page", ["README.md", *sorted(p.name for p in (ROOT / "docs").glob("*.md"))])
def test_links_lead_somewhere(page: str) -> None:
    """Every relative link of a page names a file of the project."""
    path = ROOT / page if page == "README.md" else ROOT / "docs" / page
    for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_the_readme_names_every_command() -> None:
    """The README's table has every command, and only options that exist."""
    from kg.cli import cli

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in cli.commands:
        assert f"kg {name}" in text, name
    for line in re.findall(r"^\.venv/bin/kg (.+?)(?:\s{2,}#.*)?$", text, re.MULTILINE):
        words = shlex.split(line)
        command = cli.commands[words[0]]
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known, line


def test_the_readme_names_what_is_in_the_folder(examples: Path) -> None:
    """Everything that a build leaves stands in its table, but for the marker, which is hidden."""
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("| in the folder |")[2].partition("\n\n")[0]
    for path in sorted(examples.iterdir()):
        assert path.name.startswith(".") or f"`{path.name}" in table or f"`{path.suffix}`" in table, path.name


@pytest.mark.parametrize("folder", ["docs", "kg", "benchmarks"])
def test_what_pip_is_to_install_is_not_somebody_elses(folder: str) -> None:
    """Extras are installed from a clone: on the public index the name of the project is another project's."""
    for path in sorted((ROOT / folder).rglob("*.[mp][dy]")):
        assert not re.search(r"\b(bm)?kg\[[a-z,0-9]+\]", path.read_text(encoding="utf-8")), path
