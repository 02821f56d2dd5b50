"""The pages that play dashboards, and the JSON that they play."""

import json
import os
import re
from pathlib import Path

import httpx
import pytest

from opsconductor.console import player
from opsconductor.console.assets import COPIED
from opsconductor.console.dashboard_files import DASHBOARDS, DashboardFiles, boards_folder
from opsconductor.console.templating import STATIC
from opsconductor.settings import Settings

PLAYER = STATIC / "player"
TITLES = ("Execution", "Pipeline", "Selector", "SLO", "Stack")
UIDS = tuple(f"opsconductor-{title.lower()}" for title in TITLES)


def test_the_pages_lead_to_every_dashboard(browser: httpx.Client) -> None:
    """The list must name each; a page must carry uid and scrape interval, and load the player."""
    listing = browser.get("/dashboards").text
    for uid, title in zip(UIDS, TITLES, strict=True):
        assert f'href="/d/{uid}"' in listing
        assert title in listing
        page = browser.get(f"/d/{uid}").text
        assert re.search(rf'data-uid="{uid}" data-scrape-interval="15(\.0)?"', page)
        assert 'type="module" src="/static/player/main.js' in page
        # Grafana's own addresses end with a readable name.
        assert browser.get(f"/d/{uid}/{title.lower()}").status_code == 200


def test_a_board_without_its_libraries_says_so(
    browser: httpx.Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing is drawn without them, and an empty page would not say why."""
    for name in COPIED.values():
        (tmp_path / name).touch()
    monkeypatch.setattr(player, "VENDOR", tmp_path)
    assert "Boards cannot be drawn" not in browser.get(f"/d/{UIDS[0]}").text
    (tmp_path / "uPlot.esm.js").unlink()
    assert (
        "uPlot.esm.js is not there. Run <code>make up</code>" in browser.get(f"/d/{UIDS[0]}").text
    )


def test_the_json_is_the_committed_file(browser: httpx.Client) -> None:
    """The console must play the very bytes that Grafana provisions, and list each."""
    for uid in UIDS:
        answer = browser.get(f"/api/dashboards/{uid}")
        assert answer.headers["content-type"] == "application/json"
        assert answer.content == (DASHBOARDS / f"{uid}.json").read_bytes()
    listing = browser.get("/api/dashboards").json()
    assert [board["uid"] for board in listing["dashboards"]] == list(UIDS)
    assert listing["broken"] == {}


def test_boards_of_the_users_own_settings_are_played(tmp_path: Path) -> None:
    """A limit that the user changed must move the line on the board, not only the alert."""
    settings = Settings(state_dir=tmp_path)
    assert boards_folder(settings) == DASHBOARDS
    rendered = tmp_path / "config/grafana/dashboards"
    rendered.mkdir(parents=True)
    assert boards_folder(settings) == rendered


def test_an_unknown_dashboard_is_404(browser: httpx.Client) -> None:
    """A uid is looked up among the known ones; it is never a file's name."""
    for path in ("/d/nosuch", "/api/dashboards/nosuch", "/d/..%2Fsecrets"):
        assert browser.get(path).status_code == 404


def test_dashboards_need_a_session(anonymous: httpx.Client) -> None:
    """Without one the page leads to the login and the API refuses."""
    assert anonymous.get("/dashboards").headers["location"] == "/login?next=/dashboards"
    assert anonymous.get(f"/api/dashboards/{UIDS[0]}").status_code == 401


def _board(uid: str, title: str) -> str:
    return json.dumps({"uid": uid, "title": title, "panels": [{"type": "row", "title": "One"}]})


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "Expecting property name"),
        ("[]", "no list of panels"),
        (json.dumps({"dashboard": {"panels": []}}), "no list of panels"),
        (json.dumps({"panels": [], "title": "x"}), "uid and title must be texts"),
    ],
)
def test_a_broken_file_is_named_and_the_others_are_played(
    tmp_path: Path, text: str, why: str
) -> None:
    """One bad file must not take the others with it."""
    (tmp_path / "good.json").write_text(_board("good", "Good"))
    (tmp_path / "bad.json").write_text(text)
    files = DashboardFiles(tmp_path)
    assert list(files.boards()) == ["good"]
    assert why in files.broken["bad.json"]


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    """After `make generate` a reload of the page must be enough."""
    path = tmp_path / "one.json"
    path.write_text(_board("one", "Before"))
    files = DashboardFiles(tmp_path)
    assert files.boards()["one"].title == "Before"
    path.write_text(_board("one", "After"))
    os.utime(path, ns=(1, 1))
    assert files.boards()["one"].title == "After"
    path.unlink()
    assert not files.boards()


def test_every_module_that_a_module_imports_is_served(browser: httpx.Client) -> None:
    """An import of a file that is not there leaves a blank page."""
    modules = sorted(PLAYER.rglob("*.js"))
    assert modules
    for module in modules:
        for target in re.findall(r'(?:from|import) "(\.[^"]+)"', module.read_text()):
            wanted = (module.parent / target).resolve()
            assert wanted.is_file(), f"{module.name} imports {target}"
            path = f"/static/{wanted.relative_to(STATIC)}"
            assert "javascript" in browser.get(path).headers["content-type"]


def test_modules_are_small_and_say_what_they_are_for() -> None:
    """No module over 300 lines, each begins with a sentence, none reaches out of the house."""
    for module in PLAYER.rglob("*.js"):
        text = module.read_text()
        assert text.startswith("// "), module.name
        assert len(text.splitlines()) <= 300, module.name
        assert "innerHTML" not in text, module.name
        assert not re.search(r"https?://(?!www\.w3\.org)", text.replace("https?:\\/\\/", ""))
