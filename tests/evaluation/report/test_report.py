"""The report: from records to Markdown, and to a page that a browser shows."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evaluation.benchmark.jobs import Job
from evaluation.benchmark.results import FILE, Result, write_results
from evaluation.benchmark.running import run
from evaluation.report import main
from evaluation.report.benchmark_sections import best_known
from evaluation.report.comparison import Case, compare
from evaluation.report.contents import shown, to_document
from evaluation.report.document import Cell, Table, percent
from evaluation.report.drawing import SERIES, drawing
from evaluation.report.events import MAX_POINTS, mean_costs, thinned
from evaluation.report.markdown import to_markdown, to_table
from evaluation.report.sources import SourceError, Sources, read_sources

Look = Callable[..., Any]
TASKS = ("HumanHeartDipole", "RoeFlux_1d", "MLP")
RULES = ("forward", "reverse", "markowitz-early", "portfolio")

TRAINING = {
    "agent": "ppo",
    "options": {"task": "RoeFlux_1d", "cost_model": "multiplications", "seed": 7},
    "num_steps": 9984,
    "seconds": 296.5,
    "records": {"RoeFlux_1d": {"cost": 297, "trace": [[0.0, 32, 380], [150.0, 64, 297]]}},
    "rows": [
        {
            "graph": "RoeFlux_1d",
            "trained": {"greedy": 298, "sampled_mean": 301.5, "sampled_best": 297},
            "untrained": {"greedy": 400, "sampled_mean": 402.0, "sampled_best": 390},
            "best": 297,
            "rules": 304,
            "best known": 295,
        }
    ],
}
SPEEDS = [
    {"task": "MLP", "cost_model": "flops", "engine": "compiled", "orders": "random", "batch": 256}
    | {"eliminations_per_second": 15_617_287.9, "ratio": 84.99, "environment": {"machine": "m"}},
    {"task": "MLP", "environment_name": "single, dict", "num_envs": 1, "steps_per_second": 64319.4}
    | {"ratio": 1.0, "environment": {"machine": "m"}},
    {"what": "import vertex_elim_env", "seconds": 0.38, "environment": {"machine": "m"}},
]


def measurement(candidate: str, kind: str, median: float, ratio: float | None) -> dict[str, Any]:
    timing = {"median": median, "lower_quartile": 0.9 * median, "upper_quartile": 1.2 * median}
    ratios = None
    if ratio is not None:
        ends = {"lower_quartile": 0.9 * ratio, "upper_quartile": 1.1 * ratio}
        ratios = {"median": ratio, **ends, "low": 0.9 * ratio, "high": 1.1 * ratio}
        ratios |= {"rounds": 9, "baseline": "vmap(jacrev)"}
    return {
        **{"task": "MLP", "batch": 512, "batch_used": 512, "candidate": candidate, "kind": kind},
        **{"status": "timed", "note": "", "choice": "reverse", "cost": 199},
        **{"search_seconds": None, "deviation": 0.0, "same_program_as": None, "program": None},
        **{"timing": {**timing, "rounds": 9}, "ratio": ratios, "samples": [median]},
        "settings": {"seconds": 1.0, "tune_seconds": 0.5},
        "environment": {"backend": "cpu", "cores": 2},
    }


MEASUREMENTS = [
    measurement("vmap(jacfwd)", "jax", 4e-4, None),
    measurement("vmap(jacrev)", "jax", 2e-4, None),
    measurement("best order", "best", 1e-4, 2.0),
    measurement("auto", "auto", 1.6e-4, 1.25),
]


def results() -> list[Result]:
    """A few real runs; seeds and a second budget are made up of them."""
    found = []
    for task in TASKS:
        found += [run(Job(task, "multiplications", rule)) for rule in RULES]
        annealed = run(Job(task, "multiplications", "annealing", 0, None, 2_000))
        for seconds in (0.5, 2.0):
            timed = replace(annealed, budget_seconds=seconds, budget_evaluations=None)
            found += [replace(timed, seed=seed) for seed in (0, 1)]
    return found


def write_lines(path: Path, rows: Sequence[object]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    write_results(folder / FILE, results())
    write_lines(folder / "throughput.jsonl", SPEEDS)
    write_lines(folder / "runtime.jsonl", MEASUREMENTS)
    (folder / "run").mkdir()
    write_lines(folder / "run" / "summary.json", [TRAINING])
    log(folder / "run", {0: 400.0, 100: 350.0, 200: 310.0})
    return folder


def log(folder: Path, means: dict[int, float]) -> None:
    """Write a learning curve as a training run does."""
    logs = pytest.importorskip("training.logs").Logs(folder, max(means), "ppo")
    with logs:
        for step, mean in means.items():
            logs.write(step, {"mean cost/RoeFlux_1d": mean, "speed/minutes": 1.0}, "")


@pytest.fixture(scope="module")
def sources(records: Path) -> Sources:
    return read_sources([records])


@pytest.fixture(scope="module")
def page(records: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("report")
    assert main(["--records", str(records), "--out", str(out)]) == 0
    assert sorted(p.name for p in out.iterdir()) == ["elimination.html", "index.html", "report.md"]
    return (out / "index.html").read_text(encoding="utf-8")


def test_records_of_every_kind_are_found_and_numbered(sources: Sources) -> None:
    assert len(sources.results) == len(TASKS) * (len(RULES) + 4)
    counts = len(sources.measurements), len(sources.speeds), len(sources.trainings)
    assert counts == (4, 3, 1)
    ids = [*sources.results, *sources.measurements, *sources.speeds, *sources.trainings]
    assert len(ids) == len(set(ids))


def test_a_training_run_s_learning_curve_is_read_and_drawn(sources: Sources) -> None:
    [run_of_agent] = sources.trainings.values()
    assert run_of_agent["curves"] == {"RoeFlux_1d": [(0, 400.0), (100, 350.0), (200, 310.0)]}
    [section] = [s for s in to_document(sources).sections if s.name == "training"]
    best, mean = section.figures
    assert "0.7 %" in best.description
    assert "35.6 % above the best known to at most 5.1 %" in mean.description


def test_a_run_that_was_taken_up_again_has_one_curve(tmp_path: Path) -> None:
    log(tmp_path, {0: 4.0, 1: 3.0})
    log(tmp_path, {1: 2.5, 2: 2.0})
    assert mean_costs(tmp_path)["RoeFlux_1d"][0] == (0, 4.0)
    assert [step for step, _ in mean_costs(tmp_path)["RoeFlux_1d"]] == [0, 1, 2]
    assert mean_costs(tmp_path / "nowhere") == {}


def test_a_long_curve_is_thinned_to_means_of_neighbours() -> None:
    curve = thinned([(step, float(step)) for step in range(1_000)])
    assert len(curve) == MAX_POINTS
    assert curve[0] == (4, 2.0) and curve[-1] == (999, 997.0)
    assert thinned([]) == []


def test_what_is_no_record_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SourceError, match="holds no records"):
        read_sources([tmp_path])
    for row in ({"a": 1}, {"budget_seconds": 1}, {"candidate": "x"}):
        write_lines(tmp_path / "x.jsonl", [row])
        with pytest.raises(SourceError, match=r"x\.jsonl"):
            read_sources([tmp_path])
    with pytest.raises(SystemExit):
        main(["--records", str(tmp_path), "--out", str(tmp_path / "out")])
    assert "x.jsonl" in capsys.readouterr().err


def test_a_line_that_was_cut_off_is_left_out(records: Path, tmp_path: Path) -> None:
    shutil.copy(records / FILE, tmp_path / FILE)
    whole = len(read_sources([tmp_path]).results)
    (tmp_path / FILE).write_bytes((records / FILE).read_bytes()[:-30])
    assert len(read_sources([tmp_path]).results) == whole - 1


def case(sources: Sources, name: str) -> Case:
    [comparison] = compare(sources.results)
    return comparison.cases[name]


def test_a_result_below_the_library_is_the_best_known_and_says_so(sources: Sources) -> None:
    found = case(sources, "RoeFlux_1d")
    assert not found.is_better_than_known
    name, result = next(iter(found.results.items()))
    better = Case("RoeFlux_1d", "multiplications", {name: replace(result, cost=290)})
    assert better.is_better_than_known
    assert (better.library, better.best_known, better.gap(290)) == (295, 290, 0.0)
    changed = replace(sources, results={**sources.results, name: replace(result, cost=290)})
    assert "295 ★" in to_markdown(to_document(changed))
    assert "295 ★" not in to_markdown(to_document(sources))


def test_the_tables_hold_the_published_counts_beside_ours(sources: Sources) -> None:
    text = to_markdown(to_document(sources))
    row = next(line for line in text.splitlines() if line.startswith("| RoeFlux\\_1d | 98 |"))
    cells = [cell.strip(" *") for cell in row.strip("|").split("|")]
    assert cells[-8:] == ["320", "326", "620", "620", "364", "364", "407", "407"]
    row = next(line for line in text.splitlines() if line.startswith("| HumanHeartDipole | 78 |"))
    assert row.split("|")[3:5] == [" **148** ", " 148 ✓ "]
    assert "| MLP | 26 |" in text and "10,930\\*" in text


def test_a_cost_that_no_run_reached_is_the_library_s(sources: Sources) -> None:
    found = best_known(case(sources, "RoeFlux_1d"))
    assert (found.text, found.records) == ("295", ())
    assert best_known(case(sources, "HumanHeartDipole")).records


def test_the_same_records_give_the_same_text(sources: Sources, records: Path) -> None:
    again = read_sources([records])
    assert to_markdown(to_document(again)) == to_markdown(to_document(sources))
    assert to_document(again) == to_document(sources)


def test_every_number_s_records_are_there(sources: Sources) -> None:
    document = to_document(sources)
    there = {row.id for table in document.records for row in table.rows}
    tables = [table for section in document.sections for table in section.tables]
    linked = [name for t in tables for row in t.rows for cell in row for name in cell.records]
    assert set(linked) <= there
    assert {name[0] for name in linked} == {"b", "r", "s", "t"}
    commands = [row.command for table in document.records for row in table.rows]
    assert all(re.match(r"python -m (evaluation|training) \w+", text) for text in commands)


def test_a_table_in_markdown_keeps_its_signs() -> None:
    table = Table("t", ("a|b", "n"), ((Cell("x_y*"), Cell("5", 5, is_strong=True)),))
    assert to_table(table).splitlines() == ["| a\\|b | n |", "|---|--:|", "| x\\_y\\* | **5** |"]


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0 %"), (1e-6, "< 0.01 %"), (4e-4, "0.04 %"), (0.012, "1.2 %"), (36.64, "3,664 %")],
)
def test_shares_have_as_many_digits_as_they_need(share: float, text: str) -> None:
    assert percent(share) == text


def test_drawings_repeat_and_have_the_page_s_colours() -> None:
    def draw() -> str:
        with drawing("name") as canvas:
            canvas.axes.plot([0, 1], [0, 1], "o-", color=SERIES[2], label="a < b")
            canvas.axes.legend()
        return canvas.svg

    assert draw() == draw()
    assert "var(--series-3)" in draw() and "var(--ink)" in draw() and "a &lt; b" in draw()
    assert re.findall(r"#0[1-5]0[0-5]\w\w|font-family|<metadata|<!--", draw()) == []


def test_the_step_by_step_part_shows_the_cheapest_order(sources: Sources) -> None:
    result = shown(sources)
    assert result is not None and result.instance == "RoeFlux_1d"
    assert result.cost == min(r.cost for r in case(sources, "RoeFlux_1d").results.values())


def test_a_page_needs_nothing_but_itself(page: str) -> None:
    assert "default-src 'none'" in page and "prefers-color-scheme: dark" in page
    outside = re.findall(r"(?:src|href|action)\s*=\s*\"(?!data:|#)[^\"]*\"|@import", page)
    assert outside == ['href="elimination.html"']
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids)), "no id stands twice"
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
    linked = {name for text in re.findall(r'data-records="([^"]+)"', page) for name in text.split()}
    assert linked <= set(ids)


LOOK_AROUND = """
const seen = {}, panel = document.getElementById("panel");
const table = document.querySelector("#solvers-multiplications table");
const column = (k) => [...table.tBodies[0].rows].map((row) => Number(row.cells[k].dataset.value));
const title = table.querySelectorAll("th button")[4];
title.click(); seen.falling = column(4);
title.click(); seen.rising = column(4);
const link = document.querySelector("#paper a[data-records]");
link.click();
seen.isOpen = panel.open; seen.title = document.getElementById("panel-title").textContent;
seen.rows = document.getElementById("panel-rows").rows.length; seen.wanted = link.dataset.records.split(" ").length;
seen.command = document.querySelector("#panel-rows code").textContent;
panel.close();
const search = document.querySelector(".records input"); search.closest("details").open = true;
search.value = "MLP forward"; search.dispatchEvent(new Event("input"));
seen.left = [...search.closest("details").querySelectorAll("tbody tr")].filter((row) => !row.hidden).length;
location.hash = "#r2"; setTimeout(() => {
  seen.isFound = document.getElementById("r2").closest("details").open;
  seen.charts = document.querySelectorAll("figure svg").length;
  document.body.dataset.seen = JSON.stringify(seen);
}, 500);
"""


def test_a_browser_sorts_opens_records_and_finds_them(look: Look, page: str) -> None:
    shown_page = look(page, "", LOOK_AROUND)
    assert shown_page.console == []
    [text] = [a["data-seen"] for tag, a in shown_page.elements if tag == "body"]
    seen = json.loads(text)
    assert seen["falling"] == sorted(seen["falling"], reverse=True)
    assert seen["rising"] == sorted(seen["rising"]) != seen["falling"]
    assert seen["isOpen"] and seen["rows"] == 2 * seen["wanted"], "a row, and its command below"
    assert seen["title"].startswith("148: ")
    assert seen["command"].startswith("python -m evaluation benchmark --out again")
    assert seen["left"] == 1
    assert seen["isFound"]
    assert seen["charts"] == 6


def test_a_phone_s_width_is_enough(look: Look, page: str) -> None:
    script = (
        "document.documentElement.style.width = '340px';"
        "document.body.dataset.wide = document.documentElement.scrollWidth <= 500"
        " && document.querySelector('main').scrollWidth <= 340"
    )
    seen = look(page, "", script, size="500,900")
    assert [a["data-wide"] for tag, a in seen.elements if tag == "body"] == ["true"]


@pytest.mark.parametrize(("width", "is_dark"), [(1200, False), (1200, True), (500, False)])
def test_a_screenshot_shows_text_and_series_on_a_ground_of_its_scheme(
    shoot: Look, page: str, width: int, is_dark: bool
) -> None:
    picture = shoot(page, width=width, is_dark=is_dark)
    assert picture.shape == (1400, width, 3)
    grey = picture.mean(axis=2)
    ground, ink = (0.2, 0.8) if is_dark else (0.8, 0.3)
    on_ground, inked = (grey < ground, grey > ink) if is_dark else (grey > ground, grey < ink)
    assert on_ground.mean() > 0.85
    assert inked.mean() > 0.005
    colourful = picture.max(axis=2) - picture.min(axis=2) > 0.3
    assert colourful.sum() > 1_000, "the charts' series"
    assert colourful[:, width // 4 : 3 * width // 4].any()
