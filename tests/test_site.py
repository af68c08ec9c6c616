"""The documentation site: it builds without a warning, shows all tasks and names, and stands alone."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import vertex_elim_env as ve
from baselines import registry
from vertex_elim_env.tasks import families
from website.family_page import family_page
from website.links import with_site_links
from website.listing import listing
from website.module_source import home_of
from website.page import table
from website.task_pages import task_pages

ROOT = Path(__file__).parent.parent
TASKS = [name for collection in ve.tasks.COLLECTIONS for name in ve.tasks.names(collection)]
needs_mkdocs = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("mkdocs", "material", "mkdocstrings")),
    reason="mkdocs is in the extra docs",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly: a broken link or an unknown name is an error."""
    out = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(out)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    result = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return out


class Loaded(HTMLParser):
    """Collects what a browser fetches to show a page, and the places in it that links can name."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.ids.add(values.get("id", ""))
        if tag != "a":
            self.addresses += [values[key] for key in ("src", "href", "srcset") if key in values]


def read(page: Path) -> Loaded:
    loaded = Loaded()
    loaded.feed(page.read_text(encoding="utf-8"))
    return loaded


@needs_mkdocs
def test_every_task_has_a_page_with_its_costs_and_sources(site: Path) -> None:
    for name in TASKS:
        task = ve.tasks.get(name)
        text = (site / "tasks" / f"{name}.html").read_text(encoding="utf-8")
        for cost in task.best_known.values():
            assert f">{cost:,}<" in text, f"the page of {name} lacks a best known cost"
        assert 'id="sources"' in text and 'id="function"' in text
    overview = (site / "tasks" / "index.html").read_text(encoding="utf-8")
    assert set(TASKS) <= set(re.findall(r'href="(\w+)\.html"', overview))


@needs_mkdocs
def test_every_family_has_a_section(site: Path) -> None:
    text = (site / "tasks" / "families.html").read_text(encoding="utf-8")
    for name in families.names():
        assert f'id="{name.lower()}"' in text


@needs_mkdocs
def test_every_public_name_is_in_the_reference(site: Path) -> None:
    ids = read(site / "reference" / "vertex_elim_env.html").ids
    for name in ve.__all__:
        if name in ("errors", "tasks"):
            assert (site / "reference" / f"vertex_elim_env.{name}.html").exists()
        else:
            assert f"vertex_elim_env.{name}" in ids


@needs_mkdocs
def test_every_solver_is_in_the_reference(site: Path) -> None:
    ids = set().union(*(read(page).ids for page in (site / "reference").glob("baselines.*.html")))
    for home in registry._HOMES.values():
        assert home.replace(":", ".") in ids


@needs_mkdocs
def test_no_page_loads_anything_from_another_host(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > len(TASKS)
    for page in pages:
        foreign = [url for url in read(page).addresses if re.match(r"(\w+:)?//", url)]
        assert not foreign, f"{page.name} loads {foreign}"
    for sheet in site.rglob("*.css"):
        assert not re.search(r"(url\(|@import)\s*['\"]?(\w+:)?//", sheet.read_text("utf-8"))


def test_all_code_on_the_pages_of_tasks_runs() -> None:
    """The example that makes a task, and the listing of its function, which needs nothing else."""
    pages = [page for group in task_pages().values() for page in group]
    assert sorted(page.title for page in pages) == sorted(TASKS)
    for page in (*pages, family_page()):
        for block in re.findall(r"```python\n(.*?)```", page.text, re.DOTALL):
            exec(compile(block, page.path, "exec"), {"__name__": "__main__"})


def test_a_listing_computes_what_the_task_computes() -> None:
    task = ve.tasks.get("FaultSlipStep")
    namespace: dict[str, object] = {"__name__": "__main__"}
    exec(listing(task.spec.function), namespace)
    shown = namespace[task.spec.function.partition(":")[2]]
    assert ve.trace(shown, *task.example_args, argnums=task.argnums) == task.graph


def test_links_to_other_hosts_stay_as_they_are() -> None:
    text = "[a](https://example.org/docs/a.md) and [b](#here)"
    assert with_site_links(text, "docs/tutorial.md") == text


def test_a_link_out_of_the_documentation_leads_to_the_site_s_copy() -> None:
    for file, link, moved in (
        ("docs/tutorial.md", "../evaluation/results/README.md", "results.md"),
        ("docs/theory.md", "../README.md#ten-lines", "index.md#ten-lines"),
        ("README.md", "docs/tutorial.md#next", "tutorial.md#next"),
        ("evaluation/results/README.md", "../../docs/benchmark.md", "benchmark.md"),
    ):
        assert with_site_links(f"[text]({link})", file) == f"[text]({moved})"


def test_a_name_s_home_is_found_through_packages_and_past_modules_of_the_same_name() -> None:
    assert home_of("vertex_elim_env", "jacobian") == "vertex_elim_env.executor.jacobian.jacobian"
    assert home_of("vertex_elim_env", "tasks") == "vertex_elim_env.tasks"
    assert home_of("vertex_elim_env.env", "np") == "numpy"


def test_examples_and_roles_of_docstrings_become_markdown() -> None:
    pytest.importorskip("griffe")
    from website.docstrings import to_markdown

    assert to_markdown("As :func:`names`.\n\n>>> 1 + 1\n2\n\nThe end.") == (
        "As `names`.\n\n```pycon\n>>> 1 + 1\n2\n```\n\nThe end."
    )


def test_columns_of_whole_numbers_are_set_to_the_right() -> None:
    assert table(("a", "b"), [("x", 1000)]) == "| a | b |\n| --- | --: |\n| x | 1,000 |\n"
