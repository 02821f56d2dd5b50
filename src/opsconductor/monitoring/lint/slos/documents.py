"""What OpenSLO itself would refuse: text, kinds, fields, names."""

from opsconductor.monitoring.lint.finding import Kind, Level
from opsconductor.monitoring.lint.slos.example import GOOD, changed
from opsconductor.monitoring.slo import problem

SYNTAX = Kind(
    id=problem.SYNTAX,
    title="An OpenSLO file that is no list of objects",
    level=Level.ERROR,
    why="Nothing behind the place that cannot be read is compiled: its alerts do not exist.",
    remedy="Correct the YAML at the named line; each document is a mapping.",
    bad=changed(
        "---\n",
        "---\napiVersion: openslo/v1\nkind: Service\nmetadata:\n"
        "  name: ai-pipeline\n  name: pipeline\n---\n",
    ),
    good=GOOD,
)
UNKNOWN_KIND = Kind(
    id=problem.KIND,
    title="An unknown kind or version of OpenSLO",
    level=Level.ERROR,
    why=(
        "Versions differ in where fields stand, so reading one as another would compile something "
        "that nobody wrote."
    ),
    remedy="Write apiVersion: openslo/v1 and one of its kinds.",
    bad=changed("openslo/v1\nkind: SLO\n", "openslo/v2alpha1\nkind: SLO\n"),
    good=GOOD,
)
UNKNOWN_FIELD = Kind(
    id=problem.UNKNOWN_FIELD,
    title="A field that OpenSLO does not have",
    level=Level.ERROR,
    why="A misspelt field would silently not apply: the promise is not what its author believes.",
    remedy="Correct the spelling, or move what is yours into an annotation.",
    bad=changed("  description: Sentences", "  descripton: Sentences"),
    good=GOOD,
)
INVALID_FIELD = Kind(
    id=problem.INVALID_FIELD,
    title="A field with a value that it does not take",
    level=Level.ERROR,
    why="A wrong name, duration or combination leaves open what is promised, over which time.",
    remedy="Write what the explanation asks for.",
    bad=changed("duration: 7d", "duration: 7 days"),
    good=GOOD,
)
DUPLICATE = Kind(
    id=problem.DUPLICATE,
    title="Two objects of a kind with one name",
    level=Level.ERROR,
    why="References and the recorded series go by the name: one of the two would be lost.",
    remedy="Give each object of a kind a name of its own.",
    bad=changed(
        "---\n",
        "---\napiVersion: openslo/v1\nkind: Service\nmetadata:\n  name: ai-pipeline\n"
        "---\napiVersion: openslo/v1\nkind: Service\nmetadata:\n  name: ai-pipeline\n---\n",
    ),
    good=GOOD,
)
REFERENCE = Kind(
    id=problem.REFERENCE,
    title="A reference that leads nowhere",
    level=Level.ERROR,
    why="An SLO whose indicator or policy is not there measures nothing and calls nobody.",
    remedy="Correct the name, or name the file that holds the object as well.",
    bad=changed("indicatorRef: pipeline-answers", "indicatorRef: pipeline-replies"),
    good=GOOD,
)

KINDS = (SYNTAX, UNKNOWN_KIND, UNKNOWN_FIELD, INVALID_FIELD, DUPLICATE, REFERENCE)
