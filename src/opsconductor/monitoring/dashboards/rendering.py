"""Every dashboard as the JSON text that Grafana provisions and the console plays."""

import json

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from opsconductor.monitoring.dashboards import execution, selector
from opsconductor.settings import Settings


def dashboards(settings: Settings) -> dict[str, str]:
    """File name to text, one entry a dashboard: `<uid>.json` and its plain JSON.

    The JSON is the dashboard itself, not wrapped in `{"dashboard": …}`: Grafana's file provisioning
    refuses the wrapped form. Keys are sorted, so that a change of the SDK's order is no change.
    """
    texts = {}
    for builder in (execution.board(settings), selector.board(settings)):
        built = builder.build()
        texts[f"{built.uid}.json"] = (
            json.dumps(built, cls=JSONEncoder, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        )
    return texts
