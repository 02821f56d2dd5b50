"""What the tests of the settings share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from opsconductor.settings import CONFIG_VARIABLE, Settings, SettingsError, load

Load = Callable[..., Settings]
Refusal = Callable[..., str]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Where the test's settings file is."""
    return tmp_path / "opsconductor.toml"


@pytest.fixture
def loaded(config: Path) -> Load:
    """Load the settings from a file's text and environment variables."""

    def load_text(text: str = "", **environ: str) -> Settings:
        config.write_text(text, encoding="utf-8")
        return load({CONFIG_VARIABLE: str(config), **environ})

    return load_text


@pytest.fixture
def refusal(loaded: Load) -> Refusal:
    """The error text of settings that cannot be used."""

    def load_bad(text: str = "", **environ: str) -> str:
        with pytest.raises(SettingsError) as caught:
            loaded(text, **environ)
        return str(caught.value)

    return load_bad
