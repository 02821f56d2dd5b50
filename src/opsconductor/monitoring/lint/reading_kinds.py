"""What can be wrong with a document before any of its expressions is looked at."""

from opsconductor.monitoring.lint.finding import Example, Kind, Level

_GOOD = Example("""\
groups:
- name: example
  rules:
  - record: service:up:sum
    expr: sum by (service) (up)
""")

UNREADABLE = Kind(
    id="unreadable",
    title="The file cannot be read",
    level=Level.ERROR,
    why=(
        "What cannot be read is not linted, and Prometheus or Grafana will not load it either. "
        "It is never passed over in silence: the exit code is 2. A Helm or Jinja template has to "
        "be rendered first; a compressed or UTF-16 file has to be saved as plain UTF-8 text."
    ),
    remedy="Correct the place that is named, or leave the file out.",
    bad=Example("""\
groups:
- name: example
  rules:
  - record: service:up:sum
    expr: "sum by (service) (up)
"""),
    good=_GOOD,
)

NOTHING_TO_LINT = Kind(
    id="nothing-to-lint",
    title="The file holds nothing to lint",
    level=Level.ERROR,
    why=(
        "A file without rules, panels or SLOs is most often the wrong file, or one that a tool "
        "failed to fill. promtool calls it a success with 0 rules; here an empty result is never "
        "good, and the exit code is 2."
    ),
    remedy="Name the file that holds the rules, or remove this one.",
    bad=Example("groups: []\n"),
    good=_GOOD,
)

UNKNOWN_FIELD = Kind(
    id="unknown-field",
    title="A field that Prometheus does not know",
    level=Level.ERROR,
    why=(
        "Prometheus reads rule files strictly: a single unknown field makes it refuse the whole "
        "file, and after a reload it goes on with the old rules. Most are spelling mistakes."
    ),
    remedy="Correct the field's name, or move the value to where the field is known.",
    bad=Example("""\
groups:
- name: example
  rules:
  - record: service:up:sum
    expression: up
    expr: sum by (service) (up)
"""),
    good=_GOOD,
)

DUPLICATE_KEY = Kind(
    id="duplicate-key",
    title="The same key twice",
    level=Level.ERROR,
    why=(
        "Prometheus refuses a mapping with a key that stands in it twice. Other YAML readers take "
        "the last one without a word, so that a tool in between may hide the mistake."
    ),
    remedy="Keep one of the two.",
    bad=Example("""\
groups:
- name: example
  rules:
  - record: service:up:sum
    expr: sum by (service) (up)
    expr: sum by (job) (up)
"""),
    good=_GOOD,
)

INVALID_RULE = Kind(
    id="invalid-rule",
    title="A rule or group that Prometheus refuses",
    level=Level.ERROR,
    why=(
        "A rule has either `record` or `alert`, an expression, valid names and durations; one that "
        "has not makes Prometheus refuse the whole file."
    ),
    remedy="Write the field as the explanation says; `promtool check rules` uses the same rules.",
    bad=Example("""\
groups:
- name: example
  rules:
  - record: service:up:sum
    expr: sum by (service) (up)
    for: 5m
"""),
    good=_GOOD,
)

IGNORED_DOCUMENT = Kind(
    id="ignored-document",
    title="A second YAML document, which Prometheus ignores",
    level=Level.ERROR,
    why=(
        "Prometheus reads only the first document of a rule file. Rules below a `---` are never "
        "evaluated, and `promtool check rules` reports success without counting them."
    ),
    remedy="Move the groups into the first document, or into a file of their own.",
    bad=Example("""\
groups:
- name: example
  rules:
  - record: service:up:sum
    expr: sum by (service) (up)
---
groups:
- name: other
  rules:
  - record: job:up:sum
    expr: sum by (job) (up)
"""),
    good=_GOOD,
)

INVALID_EXPRESSION = Kind(
    id="invalid-expression",
    title="An expression that is no PromQL",
    level=Level.ERROR,
    why=(
        "Prometheus refuses a rule file with an expression that it cannot parse, and a panel with "
        "one shows an error instead of data."
    ),
    remedy="Correct the expression; the parser's message names what it did not expect.",
    bad=Example("""\
groups:
- name: example
  rules:
  - record: service:up:sum
    expr: sum by (service) (up
"""),
    good=_GOOD,
)

KINDS: tuple[Kind, ...] = (
    UNREADABLE,
    NOTHING_TO_LINT,
    UNKNOWN_FIELD,
    DUPLICATE_KEY,
    INVALID_RULE,
    IGNORED_DOCUMENT,
    INVALID_EXPRESSION,
)
