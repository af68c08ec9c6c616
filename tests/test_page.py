"""The page of a replay: complete in itself, and seen in a browser where there is one."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import vertex_elim_env as ve
from vertex_elim_env.generator import RandomPrograms
from vertex_elim_env.graph import ComputationalGraph, Edge, Vertex
from vertex_elim_env.render import Replay, frames, replay, to_page, write_page
from vertex_elim_env.render.page import summary
from vertex_elim_env.structure import identity

GRAPH = ve.tasks.get("RoeFlux_1d").graph
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
NASTY = '</script><script>document.title="broken"</script><b>&"\'{{data}}'

Look = Callable[..., "Seen"]


@pytest.fixture(scope="module")
def story() -> Replay:
    order = ve.find_order(GRAPH, method="markowitz").order
    return replay(GRAPH, order, name="RoeFlux_1d")


class Seen(HTMLParser):
    """What a browser made of a page: texts by id, elements by tag with their attributes."""

    def __init__(self, dump: str, console: list[str]) -> None:
        super().__init__()
        self.console = console
        self.texts: dict[str, str] = {}
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[tuple[str, str | None]] = []
        self.feed(dump)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        if tag not in ("meta", "link", "input"):
            self._open.append((tag, attributes.get("id")))
        if name := attributes.get("id"):
            self.texts[name] = ""

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for _, name in self._open:
            if name:
                self.texts[name] += data

    def count(self, tag: str, **attributes: str) -> int:
        return sum(
            tag == other and all(present.get(k.strip("_")) == v for k, v in attributes.items())
            for other, present in self.elements
        )


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> Look:
    """Open a page, at a fragment, after a script has run in it."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        pytest.skip(f"no headless browser on the path; one of {', '.join(BROWSERS)}")
    folder = tmp_path_factory.mktemp("pages")

    def look_at(text: str, fragment: str = "", script: str = "", size: str = "1200,900") -> Seen:
        path = folder / "page.html"
        path.write_text(text.replace("</body>", f"<script>{script}</script></body>"))
        command = [
            *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"),
            *("--enable-logging=stderr", f"--window-size={size}", "--virtual-time-budget=60000"),
            *(f"--user-data-dir={folder / 'profile'}", f"{path.as_uri()}{fragment}"),
        ]
        result = subprocess.run(
            command, capture_output=True, text=True, timeout=120, check=False, encoding="utf-8"
        )
        assert "<html" in result.stdout, result.stderr[-2_000:]
        return Seen(result.stdout, re.findall(r"CONSOLE.*", result.stderr))

    return look_at


def facts(seen: Seen) -> dict[str, str]:
    return {key: seen.texts[key] for key in ("step", "vertex", "cost", "total", "edges")}


def expected(story: Replay, step: int) -> dict[str, str]:
    last = story.steps[step - 1]
    edges = len(story.edges_after(step))
    numbers = {"step": step, "vertex": last.vertex, "cost": last.cost, "total": last.total}
    return {key: f"{value:,}" for key, value in {**numbers, "edges": edges}.items()}


def test_a_page_needs_nothing_but_itself(story: Replay) -> None:
    text = to_page(story)
    assert len(text.encode()) < 100_000
    assert "default-src 'none'" in text
    assert 'name="viewport"' in text
    assert "prefers-color-scheme: dark" in text
    outside = re.findall(r"(?:src|href|action|data)\s*=\s*\"(?!data:)[^\"]*\"|@import|url\(", text)
    assert outside == []
    addresses = set(re.findall(r"https?://[\w./-]+", text))
    assert addresses == {"http://www.w3.org/2000/svg"}, "a name, which nothing loads"


def test_a_page_holds_every_step_and_rival(story: Replay) -> None:
    text = to_page(story)
    block = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert block is not None
    data = json.loads(block[1])
    assert [tuple(step[:2]) for step in data["steps"]] == [(s.vertex, s.cost) for s in story.steps]
    assert {name: sums[-1] for name, sums in data["rivals"].items()} == {
        "forward": 620,
        "reverse": 364,
        "markowitz-early": 407,
        "markowitz-late": 344,
    }
    assert len(data["places"]) == 2 * GRAPH.num_vertices


@pytest.mark.parametrize(
    ("method", "says"),
    [
        ("reverse", "364 multiplications. That is 6 % more than the best order by rule takes"),
        ("markowitz-late", "That is as many as the best order by rule takes"),
    ],
)
def test_the_summary_compares_with_orders_by_rule(method: str, says: str) -> None:
    text = summary(replay(GRAPH, ve.find_order(GRAPH, method=method).order))
    assert says in text
    assert "(markowitz-late 344, reverse 364, markowitz-early 407, forward 620)" in text


def test_a_better_order_is_said_to_be(story: Replay) -> None:
    order = ve.find_order(GRAPH, time_limit=None, max_evaluations=20_000).order
    found = replay(GRAPH, order)
    assert found.cost < 344
    assert " % fewer than the best order by rule" in summary(found)


def test_names_can_not_leave_their_places(story: Replay) -> None:
    text = to_page(replay(GRAPH, story.order, name=NASTY))
    assert NASTY not in text
    assert text.count("<script") == 2
    assert html.escape(NASTY) in text


def test_a_page_is_written_whole(story: Replay, tmp_path: Path) -> None:
    write_page(story, tmp_path / "new" / "page.html")
    assert (tmp_path / "new" / "page.html").read_text(encoding="utf-8") == to_page(story)
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["page.html"]


@pytest.mark.parametrize("step", [1, 98])
def test_a_browser_shows_the_step_of_the_address(look: Look, story: Replay, step: int) -> None:
    seen = look(to_page(story), f"#step={step}")
    assert seen.console == []
    assert facts(seen) == expected(story, step)
    assert seen.texts["steps"] == "98"
    last = story.steps[step - 1]
    assert seen.count("circle", class_="now") == 2, "a vertex and a place in the chart"
    assert seen.count("circle", class_="gone") == step - 1
    assert seen.count("circle", class_="left") == 98 - step
    curves = {
        a["class"]: (a["d"] or "").count("M")
        for tag, a in seen.elements
        if tag == "path" and a.get("class") in ("live", "removed", "joined", "added")
    }
    assert curves["added"] == len(last.added)
    assert curves["joined"] == len(last.joined)
    assert curves["removed"] == len(last.removed)
    assert sum(curves.values()) - curves["removed"] == len(story.edges_after(step))
    assert "reverse 364" in seen.texts["rivals"]


def test_a_browser_starts_before_the_first_step(look: Look, story: Replay) -> None:
    seen = look(to_page(story))
    assert facts(seen) == {"step": "0", "vertex": "–", "cost": "0", "total": "0", "edges": "177"}
    assert seen.console == []


START = 17
TOOLS = """
const element = (id) => document.getElementById(id);
const click = (id) => element(id).click();
const press = (key, on = document.body) => on.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
const slide = (step) => { element("slider").value = step; element("slider").dispatchEvent(new Event("input")); };
const touch = (share) => {
  const box = element("bars").getBoundingClientRect(), clientX = box.left + 6 + share * (box.width - 12);
  element("bars").setPointerCapture = () => {};
  element("bars").dispatchEvent(new PointerEvent("pointerdown", {clientX, clientY: box.top + 5}));
};
"""
MOVES = {
    "press('ArrowRight')": 18,
    "press('ArrowLeft')": 16,
    "press('Home'); press('ArrowLeft')": 0,
    "press('Home'); press('ArrowRight')": 1,
    "press('End'); press('ArrowRight')": 98,
    "press('ArrowRight', element('speed'))": 17,
    "click('next'); click('next'); click('back')": 18,
    "click('first')": 0,
    "click('last')": 98,
    "slide(30)": 30,
    "touch(0.5)": 49,
    "touch(1.0)": 98,
    "click('play'); click('play')": 17,
    "press(' '); click('next')": 18,
    "[...document.querySelectorAll('#rows tr')].at(-1).click()": 24,
    "document.querySelector('circle.now').dispatchEvent(new Event('click'))": 17,
}


@pytest.fixture(scope="module")
def moved(look: Look, story: Replay) -> dict[str, list[str]]:
    """For every move from step 17 on: the step and the name of the play button then."""
    trials = "".join(
        f"slide({START}); {{ {move} }} seen.push([element('step').textContent,"
        " element('play').getAttribute('aria-label')]);\n"
        for move in MOVES
    )
    script = (
        f"{TOOLS} const seen = [];\n{trials} document.body.dataset.seen = JSON.stringify(seen);"
    )
    seen = look(to_page(story), "", script)
    assert seen.console == []
    found = next(a["data-seen"] for tag, a in seen.elements if tag == "body")
    return dict(zip(MOVES, json.loads(found or ""), strict=True))


@pytest.mark.parametrize("move", MOVES)
def test_a_browser_steps_as_it_is_told(moved: dict[str, list[str]], move: str) -> None:
    assert moved[move] == [str(MOVES[move]), "Play"]


ADDRESSES = {"#step=44": 44, "#step=1000": 98, "#step=zwei": 0, "#play": 98}


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_browser_follows_the_address(look: Look, story: Replay, address: str) -> None:
    seen = look(to_page(story), "#step=17", f"location.hash = '{address}'")
    assert seen.console == []
    assert int(seen.texts["step"]) == ADDRESSES[address]


def test_the_address_and_a_reader_aloud_learn_of_the_step_that_is_rested_on(
    look: Look, story: Replay
) -> None:
    noting = "setInterval(() => { document.body.dataset.hash = location.hash }, 500)"
    seen = look(
        to_page(story), "#step=3", f"{TOOLS} slide(8); slide(9); press('ArrowRight'); {noting}"
    )
    assert [a["data-hash"] for tag, a in seen.elements if tag == "body"] == ["#step=10"]
    last = story.steps[9]
    says = f"Step 10 of 98: vertex {last.vertex}, "
    assert seen.texts["status"].startswith(says)
    assert seen.texts["status"].endswith(f", cost {last.cost}, total {last.total}")


def test_playing_goes_on_to_the_end(look: Look, story: Replay) -> None:
    seen = look(to_page(story), "#step=90", f"{TOOLS} press(' ')")
    assert facts(seen) == expected(story, 98)
    labels = [a["aria-label"] for tag, a in seen.elements if a.get("id") == "play"]
    assert labels == ["Play"]


def test_a_browser_shows_names_as_they_are(look: Look, story: Replay) -> None:
    seen = look(to_page(replay(GRAPH, story.order, name=NASTY)), "#step=3")
    titles = [seen.texts[key] for key in seen.texts if key == "graph-title"]
    assert titles == ["Computational graph, inputs left, outputs right"]
    assert facts(seen) == expected(story, 3)
    assert seen.count("b") == seen.texts["rivals"].count("(") + 1
    assert seen.console == []


def test_a_phone_s_width_is_enough(look: Look, story: Replay) -> None:
    script = (
        "document.documentElement.style.width = '340px';"
        "document.body.dataset.wide = document.body.scrollWidth"
    )
    seen = look(to_page(story), "#step=60", script, size="500,900")
    assert [a["data-wide"] for tag, a in seen.elements if tag == "body"] == ["340"]


def test_tensors_are_shown_with_their_shapes(look: Look) -> None:
    graph = ve.tasks.get("Encoder").graph
    story = replay(graph, ve.find_order(graph, method="reverse").order, name="Encoder")
    seen = look(to_page(story), "#step=5")
    assert facts(seen) == expected(story, 5)
    shape = graph.vertices[graph.positions[story.order[4]]].shape
    assert " × ".join(map(str, shape)) in seen.texts["name"]


def test_a_graph_too_large_to_draw_keeps_its_chart_and_table(look: Look) -> None:
    graph = RandomPrograms(10, 2_600, 8.0).sample(np.random.default_rng(0))
    assert graph.num_vertices > 2_000
    story = replay(graph, range(graph.num_eliminable))
    seen = look(to_page(story), "#step=1234")
    assert seen.console == []
    assert facts(seen) == expected(story, 1234)
    assert "too many to be drawn" in seen.texts["undrawn"]
    assert [a for tag, a in seen.elements if tag == "tr" and "aria-current" in a]
    assert seen.count("svg", id="graph") == 0


def test_a_graph_with_nothing_to_eliminate_has_a_page_and_a_frame(look: Look) -> None:
    vertices = Vertex("input", ()), Vertex("output", ())
    story = replay(ComputationalGraph(vertices, (Edge(0, 1, identity(())),)), [])
    seen = look(to_page(story))
    assert seen.console == []
    assert facts(seen) == {"step": "0", "vertex": "–", "cost": "0", "total": "0", "edges": "1"}
    assert [frame.shape for frame in frames(story, max_frames=9)] == [(480, 720, 3)]


def test_what_goes_wrong_in_a_page_is_heard(look: Look, story: Replay) -> None:
    assert any("heard" in line for line in look(to_page(story), "", "throw Error('heard')").console)
    loads = "const i = new Image(); i.src = 'http://localhost/x.png'; document.body.append(i)"
    assert any(
        "Content Security Policy" in line for line in look(to_page(story), "", loads).console
    )
