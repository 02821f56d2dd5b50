"""How a tool is run: by a program and its arguments, or by a function of the service."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from opsconductor.automation.builtins import BUILTINS
from opsconductor.automation.outcome import Scalar
from opsconductor.automation.parsers import PARSERS

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*", re.ASCII)
_RESERVED = ("PATH", "LC_ALL", "LD_", "OPSCONDUCTOR_")
"""Variables that are the transport's own or change which code runs."""


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


class Exec(Record):
    """A program and its arguments, run without a shell.

    An argument is a literal or exactly one placeholder, `"{host}"`, which becomes exactly one
    argument. A nested list, `["-p", "{port}"]`, is left out as a whole when a parameter in it has
    no value; so is a lone placeholder. `words` turns the values of an enum into arguments, or those
    of a boolean; one without a word is left out. `environment` is what the program finds there
    beside PATH and LC_ALL, and the place for a secret: arguments are seen by every user.
    """

    kind: Literal["exec"]
    argv: Annotated[tuple[str | tuple[str, ...], ...], Field(min_length=1)]
    environment: dict[str, str] = {}
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

    @property
    def environment_placeholders(self) -> Iterator[str]:
        """The parameters that fill variables of the environment."""
        for word in self.environment.values():
            name = placeholder(word)
            if name:
                yield name

    @property
    def program_parameter(self) -> str | None:
        """The parameter that chooses the program, where one does."""
        program = self.argv[0]
        return placeholder(program) if isinstance(program, str) else None

    @field_validator("argv")
    @classmethod
    def _whole_placeholders(
        cls, argv: tuple[str | tuple[str, ...], ...]
    ) -> tuple[str | tuple[str, ...], ...]:
        if not isinstance(argv[0], str):
            raise ValueError("the program, the first argument, cannot be left out")  # noqa: TRY004  pydantic wants ValueError
        for argument in argv:
            for word in (argument,) if isinstance(argument, str) else argument:
                if _PLACEHOLDER.search(word) and not placeholder(word):
                    raise ValueError(
                        f"{word!r}: a placeholder must be the whole argument; "
                        "give the option and its value as two arguments"
                    )
        return argv

    @field_validator("environment")
    @classmethod
    def _environment_is_ours_to_give(cls, environment: dict[str, str]) -> dict[str, str]:
        for name in environment:
            if not _VARIABLE.fullmatch(name) or name.startswith(_RESERVED):
                raise ValueError(f"{name!r} is not a name of a variable that a tool may set")
        return environment

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
