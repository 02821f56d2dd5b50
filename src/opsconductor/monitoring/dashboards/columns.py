"""A table's columns: which there are, in which order, and what they look like."""

from collections.abc import Mapping
from dataclasses import dataclass

from grafana_foundation_sdk.models.dashboard import DataTransformerConfig, DynamicConfigValue

from opsconductor.monitoring.dashboards.judged import Steps


@dataclass(frozen=True, slots=True)
class Column:
    """A label, or `Value #A` for the value of query A, under a title of its own."""

    field: str
    title: str
    unit: str = "string"
    width: int = 0
    decimals: int | None = None
    steps: Steps = ()
    link: str = ""

    def looks(self) -> list[DynamicConfigValue]:
        """The properties of the column's override."""
        found = [DynamicConfigValue("unit", self.unit)]
        if self.width:
            found.append(DynamicConfigValue("custom.width", self.width))
        if self.decimals is not None:
            found.append(DynamicConfigValue("decimals", self.decimals))
        if self.steps:
            drawn = [{"value": value, "color": colour} for value, colour in self.steps]
            found += [
                DynamicConfigValue("thresholds", {"mode": "absolute", "steps": drawn}),
                DynamicConfigValue("custom.cellOptions", {"type": "color-text"}),
            ]
        if self.link:
            link = {"title": "Open the runbook", "url": self.link, "targetBlank": False}
            found.append(DynamicConfigValue("links", [link]))
        return found


def arranged(columns: tuple[Column, ...], hidden: tuple[str, ...]) -> DataTransformerConfig:
    """The columns in their order under their titles, without the hidden fields."""
    index: Mapping[str, int] = {column.field: at for at, column in enumerate(columns)}
    return DataTransformerConfig(
        "organize",
        options={
            "excludeByName": dict.fromkeys(hidden, True),
            "includeByName": {},
            "indexByName": index,
            "renameByName": {column.field: column.title for column in columns},
        },
    )


def merged() -> DataTransformerConfig:
    """One row for the rows of several queries that have the same labels."""
    return DataTransformerConfig("merge", options={})
