"""A Grafana dashboard as lint reads it: typed, with the place of each part.

Grafana takes much that its schema does not allow, and so does this: a field of an unexpected type
counts as absent. What it does not take, or what cannot be linted, is a DashboardError.

Which panels there are is decided by `schemaVersion`: from 16 on they stand in `panels`, a collapsed
row holding its own; below 16 in `rows`, which Grafana turns into a grid when it opens the file. The
fields that lint reads mean the same in every version.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from opsconductor.monitoring.lint.dashboard_source import Source, source_of
from opsconductor.monitoring.lint.finding import Position
from opsconductor.monitoring.lint.located_json import JSONTextError, Node, parse

GRID_SCHEMA = 16
"""The first `schemaVersion` with panels on a grid instead of in rows."""
ROW = "row"


class DashboardError(ValueError):
    """The text is no dashboard that lint can read; `position` says where it ends being one."""

    def __init__(self, message: str, position: Position) -> None:
        super().__init__(message)
        self.position = position


@dataclass(frozen=True, slots=True)
class Grid:
    """A panel's place, in units of Grafana's grid of 24 columns."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One query of a panel. `expression` is empty where the query has no text."""

    node: Node
    ref_id: str
    expression: str
    legend: str
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One panel or row; `library` panels keep their content elsewhere."""

    node: Node
    id: int | None
    type: str
    title: str
    description: str
    grid: Grid | None
    source: Source
    targets: tuple[Target, ...]
    library: bool
    row: "Panel | None" = None
    """The collapsed row that holds the panel."""

    @property
    def subject(self) -> str:
        """How messages name the panel."""
        if self.title:
            return f"{ROW if self.type == ROW else 'panel'} {self.title}"
        return "a panel" if self.id is None else f"panel {self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One entry of `templating.list`."""

    node: Node
    name: str
    type: str
    query: str
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """The dashboard `root` of `file`; `panels` are all of them, rows too, in the file's order.

    `wrapper` is the object around a dashboard that was saved as `{"dashboard": …}`. `hidden_rows`
    are rows that Grafana overlooks because `schemaVersion` says that there is a grid.
    """

    file: str
    text: str
    root: Node
    uid: str
    title: str
    schema_version: float | None
    panels: tuple[Panel, ...]
    variables: tuple[Variable, ...]
    annotations: tuple[Target, ...]
    inputs: tuple[Node, ...]
    wrapper: Node | None = None
    hidden_rows: Node | None = None

    @property
    def subject(self) -> str:
        """How messages name the dashboard."""
        return f"dashboard {self.title or self.uid}".rstrip()

    def position(self, node: Node | None) -> Position:
        """The place of a part; of the dashboard itself where the part does not exist."""
        place = self.root if node is None else node
        return Position(self.file, place.line, place.column)

    def targets(self) -> Iterator[tuple[Panel, Target]]:
        """Every query of every panel."""
        for panel in self.panels:
            for target in panel.targets:
                yield panel, target


def load(file: str, text: str) -> Dashboard:
    """The dashboard in `text`. Raises DashboardError."""
    try:
        top = parse(text)
    except JSONTextError as error:
        raise DashboardError(f"not JSON: {error}", Position(file, error.line, error.column)) from (
            error
        )
    return _Loader(file, text).dashboard(top)


class _Loader:
    def __init__(self, file: str, text: str) -> None:
        self._file, self._text = file, text
        self._variables: tuple[Variable, ...] = ()
        self._plugins: dict[str, str] = {}

    def dashboard(self, top: Node) -> Dashboard:
        root, wrapper = self._unwrapped(top)
        self._plugins = dict(_plugins(root))
        version = root.number("schemaVersion")
        listed, hidden_rows = self._listed(root, version)
        return Dashboard(
            file=self._file,
            text=self._text,
            root=root,
            uid=root.text("uid"),
            title=root.text("title"),
            schema_version=version,
            panels=tuple(listed),
            variables=tuple(self._variable(node) for node in root.items("templating", "list")),
            annotations=tuple(self._annotations(root)),
            inputs=root.items("__inputs"),
            wrapper=wrapper,
            hidden_rows=hidden_rows,
        )

    def _unwrapped(self, top: Node) -> tuple[Node, Node | None]:
        """The dashboard and, where it is saved as the HTTP API has it, what is around it."""
        inner, resource = top.get("dashboard"), top.get("spec")
        if inner is not None and isinstance(inner.value, dict) and not _is_dashboard(top):
            self._refuse_no_dashboard(inner)
            return inner, top
        if resource is not None and top.text("apiVersion").startswith("dashboard.grafana.app/"):
            self._refuse_elements(resource)
            self._refuse_no_dashboard(resource)
            return resource, None
        self._refuse_elements(top)
        self._refuse_no_dashboard(top)
        return top, None

    def _refuse_elements(self, node: Node) -> None:
        elements = node.get("elements")
        if elements is not None and node.get("panels") is None:
            raise self._error(
                "a dashboard of schema v2 (spec.elements), which lint does not read; export it "
                "with the schema v1, 'Classic' in Grafana's export dialog",
                elements,
            )

    def _refuse_no_dashboard(self, node: Node) -> None:
        if not isinstance(node.value, dict):
            raise self._error("no dashboard: a dashboard is a JSON object", node)
        if not _is_dashboard(node):
            raise self._error("no dashboard: the object has neither 'panels' nor 'rows'", node)

    def _error(self, message: str, node: Node) -> DashboardError:
        return DashboardError(message, Position(self._file, node.line, node.column))

    def _listed(self, root: Node, version: float | None) -> tuple[list[Panel], Node | None]:
        panels, rows = root.get("panels"), root.get("rows")
        filled_rows = rows if rows is not None and rows.value else None
        old = filled_rows is not None and (
            version < GRID_SCHEMA if version is not None else panels is None
        )
        if old and rows is not None:
            return list(self._panels_of_rows(self._list(rows, "rows"))), None
        found = [] if panels is None else self._list(panels, "panels")
        return list(self._panels(found, None)), filled_rows

    def _list(self, node: Node, name: str) -> list[Node]:
        if node.value is None:
            return []
        if not isinstance(node.value, list):
            raise self._error(f"'{name}' is not a list", node)
        for member in node.value:
            if not isinstance(member.value, dict):
                raise self._error(f"a member of '{name}' is not an object", member)
        return node.value

    def _panels(self, nodes: list[Node], row: Panel | None) -> Iterator[Panel]:
        for node in nodes:
            panel = self._panel(node, row)
            yield panel
            inner = node.get("panels")
            if panel.type == ROW and inner is not None and row is None:
                yield from self._panels(self._list(inner, "panels"), panel)

    def _panels_of_rows(self, rows: list[Node]) -> Iterator[Panel]:
        for row in rows:
            inner = row.get("panels")
            if inner is not None:
                for node in self._list(inner, "panels"):
                    yield self._panel(node, None)

    def _panel(self, node: Node, row: Panel | None) -> Panel:
        source = source_of(node.get("datasource"), self._plugins)
        number = node.number("id")
        return Panel(
            node=node,
            id=None if number is None else int(number),
            type=node.text("type"),
            title=node.text("title").strip(),
            description=node.text("description").strip(),
            grid=_grid(node),
            source=source,
            targets=tuple(self._target(target, source) for target in node.items("targets")),
            library=node.get("libraryPanel", "uid") is not None,
            row=row,
        )

    def _target(self, node: Node, of_panel: Source) -> Target:
        own = source_of(node.get("datasource"), self._plugins)
        return Target(
            node=node,
            ref_id=node.text("refId"),
            expression=node.text("expr"),
            legend=node.text("legendFormat"),
            source=of_panel if own.is_default else own,
        )

    def _variable(self, node: Node) -> Variable:
        return Variable(
            node=node,
            name=node.text("name"),
            type=node.text("type"),
            query=node.text("query") or node.text("query", "query"),
            source=source_of(node.get("datasource"), self._plugins),
        )

    def _annotations(self, root: Node) -> Iterator[Target]:
        """Queries of annotations; Grafana before version 9 kept their text beside the target."""
        for node in root.items("annotations", "list"):
            source = source_of(node.get("datasource"), self._plugins)
            target = node.get("target")
            inner = target if target is not None and target.text("expr") else node
            yield self._target(inner, source)


def _is_dashboard(node: Node) -> bool:
    return node.get("panels") is not None or node.get("rows") is not None


def _plugins(root: Node) -> Iterator[tuple[str, str]]:
    """The plugin behind each name that a data source may be called by in this dashboard."""
    for node in root.items("__inputs"):
        if node.text("type") == "datasource":
            yield node.text("name"), node.text("pluginId")
    for node in root.items("templating", "list"):
        if node.text("type") == "datasource":
            yield node.text("name"), node.text("query")


def _grid(node: Node) -> Grid | None:
    place = [node.number("gridPos", name) for name in ("x", "y", "w", "h")]
    known = [number for number in place if number is not None]
    return Grid(*known) if len(known) == len(place) else None
