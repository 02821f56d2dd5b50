"""Which data source a panel, a query or a variable reads, and whether that is a Prometheus."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from opsconductor.monitoring.lint.located_json import Node

_REFERENCE = re.compile(r"^(?:\$(\w+)|\$\{(\w+)(?::\w+)?\}|\[\[(\w+)\]\])$")
_BUILT_IN = frozenset(
    {
        "grafana",
        "-- Grafana --",
        "-- Mixed --",
        "-- Dashboard --",
        "__expr__",
        "datasource",
        "-100",
    }
)
"""Sources that Grafana has in itself: there is nothing to choose."""
_DEFAULTS = frozenset({"", "default"})
_PROMETHEUS = frozenset(
    {
        "prometheus",
        "grafana-amazonprometheus-datasource",
        "grafana-azureprometheus-datasource",
    }
)


@dataclass(frozen=True, slots=True)
class Source:
    """A data source as written: `name` its uid or name, `plugin` its type where it is known.

    `variable` is the variable or input that `name` refers to.
    """

    plugin: str = ""
    name: str = ""
    variable: str = ""
    node: Node | None = None

    @property
    def is_default(self) -> bool:
        """Whether none is named, so that the panel's or Grafana's default one is read."""
        return not self.plugin and self.name in _DEFAULTS

    @property
    def is_built_in(self) -> bool:
        """Whether Grafana has it in itself, as the mixed one."""
        return self.name in _BUILT_IN or self.plugin in _BUILT_IN

    @property
    def is_fixed(self) -> bool:
        """Whether it names one certain data source."""
        return not self.variable and not self.is_built_in and self.name not in _DEFAULTS

    @property
    def is_prometheus(self) -> bool:
        """Whether it answers PromQL.

        Where only a name is known, or none, as in old dashboards, it is taken for a Prometheus
        unless it is called after Loki, the other one whose queries have an `expr`.
        """
        if self.is_built_in:
            return False
        return self.plugin in _PROMETHEUS if self.plugin else "loki" not in self.name.lower()


def source_of(node: Node | None, plugins: Mapping[str, str]) -> Source:
    """The data source in a `datasource` field: an object, or a name in old dashboards.

    `plugins` are the plugins behind the dashboard's own variables and inputs.
    """
    if node is None or node.value is None:
        return Source()
    if isinstance(node.value, str):
        plugin, name = "", node.value
    else:
        plugin, name = node.text("type"), node.text("uid")
    match = _REFERENCE.match(name)
    variable = next(filter(None, match.groups())) if match else ""
    return Source(plugin or plugins.get(variable, ""), name, variable, node)
