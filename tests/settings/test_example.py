"""The example file shows every setting and can be used as it stands."""

import re
import tomllib
from collections.abc import Callable

from opsconductor.settings import PROJECT_ROOT, Settings, example
from opsconductor.settings.model import sections

Load = Callable[..., Settings]


def uncommented() -> str:
    """The example with every setting switched on."""
    return re.sub(r"^# (\w+ = )", r"\1", example(), flags=re.MULTILINE)


def test_the_example_in_the_repository_is_the_models() -> None:
    """A setting that is added without `make generate` is a setting without documentation."""
    committed = (PROJECT_ROOT / "opsconductor.toml.example").read_text(encoding="utf-8")
    assert committed == example()


def test_every_setting_is_shown_with_a_line_of_help() -> None:
    """Each setting stands in its table below one sentence that says what it is for."""
    shown = tomllib.loads(uncommented())
    for name, section in sections().items():
        assert set(shown[name]) == set(section.model_fields)
        assert section.__doc__
        for field in section.model_fields.values():
            assert field.description
            assert field.description.endswith(".")
            assert f"# {field.description}\n" in example()
    assert set(shown) == set(Settings.model_fields)


def test_the_example_changes_nothing(loaded: Load) -> None:
    """Copied as it is, with every line a comment, it leaves the defaults."""
    assert loaded(example()) == Settings()


def test_the_example_uncommented_is_the_defaults(loaded: Load) -> None:
    """Each shown value is valid and is the default that it claims to be."""
    text = uncommented()
    for folder in ("tools", "slo"):
        text = text.replace(f'"{folder}"', f'"{PROJECT_ROOT / folder}"')
    settings = loaded(text)
    assert settings.model_dump(exclude={"state_dir"}) == Settings().model_dump(
        exclude={"state_dir"}
    )
    assert settings.state == Settings().state
