"""What a tool is: its parameters, its limits, and how each transport runs it."""

import re
from collections.abc import Iterator
from string import Formatter
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from opsconductor.automation.builtins import BUILTINS
from opsconductor.automation.outcome import Scalar
from opsconductor.automation.parsers import PARSERS

Format = Literal[
    "host",
    "domain",
    "url",
    "port",
    "path",
    "service",
    "count",
    "text",
    "choice",
    "duration",
    "status",
]
"""What kind of thing a value names; callers use it to find the value in a sentence."""

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_JSON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "duration": (int, float, str),
}


def placeholder(argument: str) -> str | None:
    """The parameter that fills the whole argument, or None for a literal one."""
    match = _PLACEHOLDER.fullmatch(argument)
    return match.group(1) if match else None


def spelled(value: Scalar) -> str:
    """A value as an argument or as the key of a word."""
    return str(value).lower() if isinstance(value, bool) else str(value)


class Record(BaseModel):
    """A table of a tool file: unknown keys are errors, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Parameter(Record):
    """One parameter of a tool.

    `min_value` and `max_value` bound a number, the seconds of a duration, or the length of a
    string. `pattern` must match the whole string. `file_type` is what a path must lead to if it
    exists. Only a `multiline` string may hold tabs and line breaks.
    """

    name: Identifier
    type: Literal["string", "integer", "number", "boolean", "duration"]
    required: bool = False
    default: Scalar = None
    enum: tuple[Scalar, ...] = ()
    min_value: float | None = None
    max_value: float | None = None
    pattern: str | None = None
    secret: bool = False
    description: Annotated[str, Field(min_length=1)]
    format: Format | None = None
    file_type: Literal["file", "directory"] | None = None
    multiline: bool = False

    @field_validator("pattern")
    @classmethod
    def _pattern_compiles(cls, pattern: str | None) -> str | None:
        return None if pattern is None else _compiled(pattern)

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        if self.required and self.default is not None:
            raise ValueError("a required parameter has no default")
        if self.secret and (self.default is not None or self.multiline):
            raise ValueError("a secret parameter has no default and one line")
        for value in (*self.enum, *([] if self.default is None else [self.default])):
            fits = isinstance(value, _JSON_TYPES[self.type])
            if not fits or (isinstance(value, bool) and self.type != "boolean"):
                raise ValueError(f"{value!r} is not of the type {self.type}")
        if self.enum and self.default is not None and self.default not in self.enum:
            raise ValueError(f"the default {self.default!r} is not in enum")
        return self


class Exec(Record):
    """A program and its arguments, run without a shell.

    An argument is a literal or exactly one placeholder, `"{host}"`, which becomes exactly one
    argument. A nested list, `["-p", "{port}"]`, is left out as a whole when a parameter in it has
    no value; so is a lone placeholder. `words` turns the values of an enum into arguments, or those
    of a boolean; one without a word is left out.
    """

    kind: Literal["exec"]
    argv: Annotated[tuple[str | tuple[str, ...], ...], Field(min_length=1)]
    words: dict[str, dict[str, str]] = {}
    package: str = ""
    needs_running: Literal["systemd"] | None = None
    ok_exit_codes: tuple[int, ...] = (0,)
    parser: str | None = None

    @property
    def placeholders(self) -> Iterator[str]:
        """The parameters that fill arguments."""
        for argument in self.argv:
            for word in (argument,) if isinstance(argument, str) else argument:
                name = placeholder(word)
                if name:
                    yield name

    @field_validator("argv")
    @classmethod
    def _whole_placeholders(
        cls, argv: tuple[str | tuple[str, ...], ...]
    ) -> tuple[str | tuple[str, ...], ...]:
        for argument in argv:
            for word in (argument,) if isinstance(argument, str) else argument:
                if _PLACEHOLDER.search(word) and not placeholder(word):
                    raise ValueError(
                        f"{word!r}: a placeholder must be the whole argument; "
                        "give the option and its value as two arguments"
                    )
        return argv

    @field_validator("parser")
    @classmethod
    def _parser_exists(cls, parser: str | None) -> str | None:
        if parser is not None and parser not in PARSERS:
            raise ValueError(f"unknown parser {parser!r}; there are {', '.join(sorted(PARSERS))}")
        return parser


class Builtin(Record):
    """A Python function of the service, by its name in the table of builtins."""

    kind: Literal["builtin"]
    function: str

    @field_validator("function")
    @classmethod
    def _function_exists(cls, function: str) -> str:
        if function not in BUILTINS:
            raise ValueError(
                f"unknown builtin {function!r}; there are {', '.join(sorted(BUILTINS))}"
            )
        return function


LocalCommand = Annotated[Exec | Builtin, Field(discriminator="kind")]


class Transports(Record):
    """How each transport runs the tool; a further transport is a further field with its union."""

    local: LocalCommand

    @model_validator(mode="before")
    @classmethod
    def _transports_are_known(cls, value: Any) -> Any:
        if isinstance(value, dict):
            unknown = sorted(set(value) - set(cls.model_fields))
            if unknown:
                raise ValueError(
                    f"unknown transport {', '.join(unknown)}; this version has "
                    f"{', '.join(cls.model_fields)}"
                )
        return value


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
        return tuple(_compiled(pattern) for pattern in patterns)

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
            _check_arguments(self.transports.local, self.parameters)
        return self


def _check_arguments(command: Exec, parameters: tuple[Parameter, ...]) -> None:
    """Every placeholder has a parameter and the other way round; the program is known."""
    declared = {parameter.name: parameter for parameter in parameters}
    used = set(command.placeholders)
    if used - set(declared):
        raise ValueError(
            f"argv names undeclared parameters: {', '.join(sorted(used - set(declared)))}"
        )
    if set(declared) - used:
        raise ValueError(f"argv uses no {', '.join(sorted(set(declared) - used))}")
    for name, words in command.words.items():
        if name not in declared:
            raise ValueError(f"words.{name} names an undeclared parameter")
        if declared[name].type == "boolean":
            if not set(words) <= {"true", "false"}:
                raise ValueError(f"words.{name} may have entries for true and false")
        elif set(words) != {spelled(value) for value in declared[name].enum}:
            raise ValueError(f"words.{name} must have one entry for each value of the enum")
    program = command.argv[0]
    if not isinstance(program, str):
        raise ValueError("the program, the first argument, cannot be left out")  # noqa: TRY004  pydantic wants ValueError
    name = placeholder(program) or ""
    if name and (name not in command.words or declared[name].default is None):
        raise ValueError("a program chosen by a parameter needs words and a default")


def _compiled(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from None
    return pattern
