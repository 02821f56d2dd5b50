"""What a person reads: the messages' text, as Alertmanager's Go templates.

A message is about a group of alerts that share name and service. Nothing here depends on a
template file of Alertmanager's own.
"""

_STATE = '[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}]'

TITLE = (
    f"{_STATE} {{{{ .CommonLabels.alertname }}}}"
    "{{ if .CommonLabels.service }} ({{ .CommonLabels.service }}){{ end }}"
)
"""`[FIRING:1] SelectorErrorBurst (automation-service)`; also the subject of an email."""

FIRST_SUMMARY = "{{ (index .Alerts 0).Annotations.summary }}"

PAGE = f"{{{{ .CommonLabels.alertname }}}}: {FIRST_SUMMARY}"
"""One line for a pager."""

RUNBOOK_URL = "{{ (index .Alerts 0).Annotations.runbook_url }}"

_LABELS = (
    "severity {{ .Labels.severity }}, service {{ .Labels.service }}"
    "{{ if .Labels.tool }}, tool {{ .Labels.tool }}{{ end }}"
    "{{ if .Labels.slo }}, SLO {{ .Labels.slo }}{{ end }}"
    "{{ if .Labels.job }}, job {{ .Labels.job }}{{ end }}"
    "{{ if .Labels.probe }}, probe {{ .Labels.probe }}{{ end }}"
)

SLACK_TEXT = (
    "{{ range .Alerts }}"
    '*{{ if eq .Status "resolved" }}Resolved: {{ end }}{{ .Annotations.summary }}*\n'
    "{{ .Annotations.description }}\n"
    f"_{_LABELS}_\n"
    "{{ with .Annotations.runbook_url }}<{{ . }}|Runbook>\n{{ end }}"
    "{{ end }}"
)

SLACK_COLOUR = '{{ if eq .Status "firing" }}warning{{ else }}good{{ end }}'

EMAIL_TEXT = (
    "{{ range .Alerts }}"
    '{{ if eq .Status "resolved" }}Resolved: {{ end }}{{ .Annotations.summary }}\n\n'
    "{{ .Annotations.description }}\n\n"
    f"{_LABELS}\n"
    'Since: {{ .StartsAt.UTC.Format "2006-01-02 15:04:05 MST" }}\n'
    "{{ with .Annotations.runbook_url }}Runbook: {{ . }}\n{{ end }}\n"
    "{{ end }}"
)

PAGE_SEVERITY = (
    "{{ if .CommonLabels.severity }}{{ .CommonLabels.severity }}{{ else }}critical{{ end }}"
)

PAGE_DETAILS = {
    "description": "{{ range .Alerts }}{{ .Annotations.description }}\n{{ end }}",
    "runbook": RUNBOOK_URL,
    "service": "{{ .CommonLabels.service }}",
    "severity": "{{ .CommonLabels.severity }}",
    "num_firing": "{{ .Alerts.Firing | len }}",
    "num_resolved": "{{ .Alerts.Resolved | len }}",
}
