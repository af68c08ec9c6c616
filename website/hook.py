"""What MkDocs calls while it builds: pages are added, the navigation is completed, links are moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from website.family_page import family_page
from website.links import COPIES, with_site_links
from website.module_source import ROOT
from website.page import Page
from website.reference import reference_pages
from website.task_pages import task_pages, tasks_overview

GENERATED = "website"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Add the tasks and the reference to the navigation."""
    overview, families = _entry(tasks_overview()), _entry(family_page())
    config.nav = [
        *(config.nav or []),
        {"Tasks": [overview, families, *_by_section(task_pages())]},
        {"Reference": _by_section(reference_pages())},
    ]
    return config


def _entry(page: Page) -> dict[str, str]:
    return {page.title: page.path}


def _by_section(pages: Mapping[str, Iterable[Page]]) -> list[dict[str, Any]]:
    return [{section: [_entry(page) for page in members]} for section, members in pages.items()]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made, and those whose files lie outside of docs/."""
    generated = [
        page
        for group in (task_pages(), reference_pages())
        for part in group.values()
        for page in part
    ]
    for page in (tasks_overview(), family_page(), *generated):
        files.append(File.generated(config, page.path, content=page.text))
    for file, place in COPIES.items():
        text = with_site_links((ROOT / file).read_text(encoding="utf-8"), file)
        files.append(File.generated(config, place, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **others: Any) -> str:
    """Move the links of a page of docs/ that lead out of it."""
    is_ours = page.file.generated_by is not None
    return markdown if is_ours else with_site_links(markdown, f"docs/{page.file.src_uri}")
