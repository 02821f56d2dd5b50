"""The boards in a real browser, over a real system with demo traffic."""

import re

import pytest
from playwright.sync_api import Page, Route
from tests.monitoring.dashboards.boards import panels
from tests.stack.dashboards.looking import (
    UIDS,
    Complaints,
    board,
    keep,
    number,
    opened,
    states,
    until,
)

pytestmark = pytest.mark.stack

OUTSIDE = """() => [...document.querySelectorAll("[data-panel-id]")].flatMap((panel) => {
  const box = panel.getBoundingClientRect();
  const body = panel.querySelector(".panel-body");
  const scrolls = body.scrollHeight > body.clientHeight + 1;
  const parts = ".panel-head > *, .tile-value, .dial-box, .dial-value, .bar-line, .big, canvas";
  return [...panel.querySelectorAll(parts)]
    .filter((part) => part.offsetParent !== null && !(scrolls && body.contains(part)))
    .map((part) => [part, part.getBoundingClientRect()])
    .filter(([, at]) => at.left < box.left - 1 || at.right > box.right + 1
      || at.top < box.top - 1 || at.bottom > box.bottom + 1)
    .map(([part]) => `${panel.querySelector("h3").textContent}: ${part.className}`);
})"""
"""What reaches over the edge of its panel; what a panel scrolls to does not."""
OVERLAPPING = """() => {
  const fields = [...document.querySelectorAll(".tiles, .dials, .bars, .grid, .panel-head")];
  const apart = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1
    || a.bottom <= b.top + 1 || b.bottom <= a.top + 1;
  return fields.flatMap((field) => {
    const shown = [...field.children].filter((child) => child.getClientRects().length);
    const boxes = shown.map((child) => [child.textContent, child.getBoundingClientRect()]);
    return boxes.flatMap(([one, a], at) => boxes.slice(at + 1)
      .filter(([, b]) => !apart(a, b))
      .map(([other]) => `${one.slice(0, 30)} / ${other.slice(0, 30)}`));
  });
}"""
"""Neighbours that lie over one another."""


@pytest.mark.parametrize("uid", UIDS)
def test_every_panel_shows_data(page: Page, complaints: Complaints, uid: str) -> None:
    """In a healthy system every panel shows data or why it has none, and no script complains."""
    opened(page, uid)
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        keep(page, f"{uid}-{theme}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert complaints == []


@pytest.mark.parametrize("width", [420, 900, 1920])
def test_nothing_overflows_on_any_screen(page: Page, width: int) -> None:
    """Neither a phone nor a wide screen may scroll sideways."""
    page.set_viewport_size({"width": width, "height": 900})
    for uid in UIDS:
        opened(page, uid)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate(OUTSIDE) == []
        assert page.evaluate(OVERLAPPING) == []


def test_a_board_leads_to_every_other_with_the_same_time(page: Page) -> None:
    """The links over a board must lead to all five, and the time range must come along."""
    opened(page, "opsconductor-slo")
    links = page.locator("nav.boards a").evaluate_all("all => all.map((one) => one.pathname)")
    assert sorted(links) == sorted(f"/d/{uid}" for uid in UIDS)
    page.locator(".range > button").click()
    page.get_by_role("button", name="Last 15 minutes").click()
    page.locator("nav.boards a", has_text="Stack").click()
    page.wait_for_url("**/d/opsconductor-stack?from=now-15m**")


@pytest.mark.parametrize("uid", UIDS)
def test_a_panel_leads_to_the_runbook_of_its_alert(page: Page, uid: str) -> None:
    """Each link in a panel's head must be to a page that is there, its runbooks foremost."""
    opened(page, uid)
    found = page.locator(".panel-link")
    titles = found.evaluate_all("all => all.map((one) => one.title)")
    assert len(titles) == sum(len(one.get("links") or ()) for one in panels(board(uid)))
    for title, address in zip(
        titles, found.evaluate_all("all => all.map((one) => one.pathname)"), strict=True
    ):
        runbook = f"/runbooks/{title.removeprefix('Runbook ')}"
        assert address == {"Failed executions": "/executions"}.get(title, runbook)
        answer = page.request.get(address)
        assert answer.ok, address


def test_each_objective_has_a_dial_a_tile_and_a_row(page: Page) -> None:
    """What shows several figures must show each with its name."""
    opened(page, "opsconductor-slo")
    uid, names = "opsconductor-slo", None
    for title, part in (
        ("Error Budget Left", ".dial-box .name"),
        ("Time to Exhaustion", ".tile-value .name"),
        ("Objectives", "tbody td:first-child"),
    ):
        place = page.locator(f"[data-panel-id='{number(uid, title)}'] {part}")
        found = sorted(place.all_inner_texts())
        assert len(found) == len(set(found)) == 5, title
        assert names in {None, tuple(found)}
        names = tuple(found)


def test_a_chosen_objective_is_the_only_one_shown(page: Page) -> None:
    """The variables must narrow tables, dials and graphs, and one narrows the other."""
    chosen = "?from=now-5m&to=now&refresh=5s&var-slo=selector-latency"
    opened(page, "opsconductor-slo", "?from=now-5m&to=now&refresh=5s")
    page.goto(f"/d/opsconductor-slo{chosen}")
    one = number("opsconductor-slo", "Objectives")
    rows = page.locator(f"[data-panel-id='{one}'] tbody td:first-child")
    until(page, lambda: rows.all_inner_texts() == ["selector-latency"])
    page.goto("/d/opsconductor-slo?from=now-5m&to=now&refresh=5s&var-service=ai-pipeline")
    until(page, lambda: rows.all_inner_texts() == ["pipeline-success"])
    page.locator(".variable > button", has_text="SLO").click()
    offered = page.locator(".variable .option").all_inner_texts()
    assert offered == ["All", "pipeline-success"]


def test_a_family_that_is_rightly_absent_is_explained(page: Page) -> None:
    """Without a language model its panels must say so, and which metric it would be."""
    opened(page, "opsconductor-pipeline")
    one = number("opsconductor-pipeline", "Tokens (by model and type)")
    said = page.locator(f"[data-panel-id='{one}'] .panel-message").inner_text()
    assert "no language model is configured" in said
    assert "gen_ai_client_token_usage_sum is not there, and was not in the 7 days before." in said


def test_a_data_source_without_exemplars_still_draws_the_graph(page: Page) -> None:
    """Exemplars are an extra: a server that knows no such question must not blank the panel."""

    def refuse(route: Route) -> None:
        route.fulfill(status=404, json={"status": "error", "error": "no such endpoint"})

    page.route("**/query_exemplars?**", refuse)
    opened(page, "opsconductor-execution")
    assert page.locator("[data-panel-id='5'] canvas").is_visible()
    assert page.locator("[data-panel-id='5'] a.exemplar").count() == 0


def test_a_true_zero_is_zero(page: Page) -> None:
    """With the database well, DB Errors must read 0 and not be without data."""
    opened(page, "opsconductor-selector")
    assert page.locator("[data-panel-id='6'] .big b").inner_text() == "0"


def test_a_row_of_the_trace_table_leads_to_its_execution(page: Page) -> None:
    """View Logs must open the page of that very trace, with its log lines."""
    opened(page, "opsconductor-execution")
    row = page.locator("[data-panel-id='10'] tbody tr").first
    trace = row.locator("td").nth(2).inner_text()
    assert re.fullmatch(r"[0-9a-f-]{32,36}", trace)
    row.locator("a").click()
    page.wait_for_url(f"**/executions/{trace}")
    assert trace in page.locator("main").inner_text()


def test_an_exemplar_leads_to_its_execution(page: Page) -> None:
    """A diamond on the latency panel must be a link to an execution."""
    opened(page, "opsconductor-execution")
    diamonds = page.locator("[data-panel-id='5'] a.exemplar")
    until(page, lambda: diamonds.count() > 0)
    address = diamonds.first.get_attribute("href") or ""
    assert re.fullmatch(r"/executions/[0-9a-f]{32}", address)
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200


def test_the_address_holds_time_and_refresh(page: Page) -> None:
    """A chosen range must be in the address, so that a link shows the same."""
    opened(page, "opsconductor-selector")
    page.locator(".range > button").click()
    page.get_by_role("button", name="Last 15 minutes").click()
    until(page, lambda: "from=now-15m&to=now&refresh=5s" in page.url)
    page.reload()
    assert page.locator(".range > button").inner_text().strip() == "Last 15 minutes"


def test_dragging_over_a_graph_shows_that_time(page: Page) -> None:
    """The dragged stretch must become the range, in absolute ends."""
    opened(page, "opsconductor-execution")
    plot = page.locator("[data-panel-id='2'] .u-over").bounding_box()
    assert plot is not None
    middle = plot["y"] + plot["height"] / 2
    page.mouse.move(plot["x"] + plot["width"] * 0.5, middle)
    page.mouse.down()
    page.mouse.move(plot["x"] + plot["width"] * 0.9, middle, steps=5)
    page.mouse.up()
    until(page, lambda: re.search(r"from=\d{13}&to=\d{13}", page.url) is not None)


def test_a_series_is_hidden_from_the_legend_by_keyboard(page: Page) -> None:
    """A legend's entry must take the focus, and Enter must hide its series and show it again."""
    opened(page, "opsconductor-execution")
    entry = page.locator("[data-panel-id='2'] [data-series='success']")
    entry.focus()
    page.keyboard.press("Enter")
    until(page, lambda: entry.get_attribute("aria-pressed") == "false")
    page.keyboard.press("Enter")
    until(page, lambda: entry.get_attribute("aria-pressed") == "true")


def test_a_chosen_tool_is_the_only_one_shown(page: Page) -> None:
    """The variable must narrow every panel to the tools in the address."""
    opened(page, "opsconductor-execution")
    names = "[data-panel-id='6'] .legend-item"
    until(page, lambda: page.locator(names).count() > 1)
    some = page.locator("[data-panel-id='10'] tbody tr td:nth-child(2)").first.inner_text()
    page.goto(f"/d/opsconductor-execution?from=now-5m&to=now&refresh=5s&var-tool={some}")
    until(page, lambda: page.locator(names).count() == 1)
    until(page, lambda: states(page).get("10") == "ok")
    tools = page.locator("[data-panel-id='10'] tbody tr td:nth-child(2)").all_inner_texts()
    assert set(tools) == {some}


def test_a_row_folds_its_panels_away(page: Page) -> None:
    """A press on a row's title must hide its panels, a second one must show them."""
    opened(page, "opsconductor-selector")
    toggle = page.get_by_role("button", name="Build Info")
    toggle.click()
    assert not page.locator("[data-panel-id='13']").is_visible()
    toggle.click()
    until(page, page.locator("[data-panel-id='13']").is_visible)
