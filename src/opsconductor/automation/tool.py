"""What a tool is: its parameters, its limits, and the command that runs it."""

from string import Formatter
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from opsconductor.automation.command import Exec, Record, Transports, spelled
from opsconductor.automation.parameter import Identifier, Parameter, compiled


class Tool(Record):
    """One tool of the catalogue.

    `answer` is a sentence with `{name}` fields that the facts and parameters of a run fill.
    A path must lie in one of `allowed_roots`, where there are any, and in none of `denied_roots`.
    In a match of one of `redact_patterns` the group named `secret`, or else all of it, is hidden.
    """

    name: Identifier
    display_name: Annotated[str, Field(min_length=1)]
    description: Annotated[str, Field(min_length=1)]
    category: Identifier
    platform: Literal["windows", "linux", "network", "cross-platform"]
    version: str = "1.0.0"
    parameters: tuple[Parameter, ...] = ()
    timeout_seconds: Annotated[float, Field(gt=0, le=3600)] = 30
    max_output_bytes: Annotated[int, Field(ge=256, le=1_048_576)] = 16_384
    requires_admin: bool = False
    risk: Literal["low", "medium", "high", "critical"]
    read_only: bool
    idempotent: bool = True
    redact_patterns: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    answer: Annotated[str, Field(min_length=1)]
    allowed_roots: tuple[str, ...] = ()
    denied_roots: tuple[str, ...] = ()
    transports: Transports

    @property
    def needs_approval(self) -> bool:
        """Whether a run changes something and may do harm."""
        return not self.read_only and self.risk in {"high", "critical"}

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the secret parameters."""
        return tuple(parameter.name for parameter in self.parameters if parameter.secret)

    def public(self) -> dict[str, Any]:
        """The tool as the API lists it, in JSON's types."""
        return self.model_dump(mode="json")

    @field_validator("redact_patterns")
    @classmethod
    def _patterns_compile(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(compiled(pattern) for pattern in patterns)

    @field_validator("allowed_roots", "denied_roots")
    @classmethod
    def _roots_are_absolute(cls, roots: tuple[str, ...]) -> tuple[str, ...]:
        for root in roots:
            if not root.startswith("/"):
                raise ValueError(f"{root!r} is not an absolute path")
        return roots

    @field_validator("answer")
    @classmethod
    def _answer_has_simple_fields(cls, answer: str) -> str:
        for _, name, spec, conversion in Formatter().parse(answer):
            if name is not None and (spec or conversion or not name.isidentifier()):
                raise ValueError(f"{{{name}}}: only simple names may stand in braces")
        return answer

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        names = [parameter.name for parameter in self.parameters]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"the parameter {name} is declared twice")
        if isinstance(self.transports.local, Exec):
            _check_words(self.transports.local, self.parameters)
            _check_use(self.transports.local, self.parameters)
        return self


def _check_use(command: Exec, parameters: tuple[Parameter, ...]) -> None:
    """Every placeholder has a parameter and the other way round; no secret is an argument."""
    declared = {parameter.name for parameter in parameters}
    arguments = set(command.placeholders)
    used = arguments | set(command.environment_placeholders)
    if used - declared:
        raise ValueError(f"argv names undeclared parameters: {', '.join(sorted(used - declared))}")
    if declared - used:
        raise ValueError(f"argv uses no {', '.join(sorted(declared - used))}")
    for parameter in parameters:
        if parameter.secret and parameter.name in arguments:
            raise ValueError(
                f"the secret {parameter.name} would show in the list of processes; "
                "put it in environment"
            )


def _check_words(command: Exec, parameters: tuple[Parameter, ...]) -> None:
    """Words are there for every value of an enum, and wherever the program depends on them."""
    declared = {parameter.name: parameter for parameter in parameters}
    for name, words in command.words.items():
        if name not in declared:
            raise ValueError(f"words.{name} names an undeclared parameter")
        if declared[name].type == "boolean":
            if not set(words) <= {"true", "false"}:
                raise ValueError(f"words.{name} may have entries for true and false")
        elif set(words) != {spelled(value) for value in declared[name].enum}:
            raise ValueError(f"words.{name} must have one entry for each value of the enum")
    chooser = declared.get(command.program_parameter or "")
    if chooser and (chooser.name not in command.words or chooser.default is None):
        raise ValueError("a program chosen by a parameter needs words and a default")
