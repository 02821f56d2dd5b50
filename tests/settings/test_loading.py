"""Where a setting's value comes from, and what a bad one is answered with."""

from collections.abc import Callable
from pathlib import Path

import pytest

from opsconductor.settings import PROJECT_ROOT, Settings, SettingsError, config_path, load

Load = Callable[..., Settings]
Refusal = Callable[..., str]


def test_every_setting_has_a_default() -> None:
    """A fresh machine needs no file and no environment."""
    assert load({"OPSCONDUCTOR_CONFIG": "/dev/null"}) == Settings()


def test_the_file_wins_over_the_default(loaded: Load) -> None:
    """What a file sets is set, and nothing else changes."""
    settings = loaded("[console]\nport = 3100")
    assert settings.console.port == 3100
    assert settings.automation == Settings().automation


def test_the_environment_wins_over_the_file(loaded: Load) -> None:
    """A container changes a setting without touching the file."""
    settings = loaded("[console]\nport = 3100", OPSCONDUCTOR_CONSOLE_PORT="3200")
    assert settings.console.port == 3200


def test_a_setting_outside_every_table_has_a_variable(loaded: Load) -> None:
    """Settings of the whole system are set by their own name."""
    assert loaded(OPSCONDUCTOR_ENVIRONMENT="production").environment == "production"


@pytest.mark.parametrize(
    ("variable", "value", "read", "expected"),
    [
        ("SELECTOR_CACHE_TTL_SEC", "60", lambda s: s.selector.cache_ttl_seconds, 60),
        ("SELECTOR_CACHE_MAX_ENTRIES", "5", lambda s: s.selector.cache_max_entries, 5),
        ("SELECTOR_DEGRADED_ENABLE", "false", lambda s: s.selector.degraded_enable, False),
        ("GIT_COMMIT", "abc123def", lambda s: s.automation.git_commit, "abc123def"),
        ("BUILT_AT", "2026-01-20", lambda s: s.automation.built_at, "2026-01-20"),
        ("DATABASE_URL", "postgresql://db/x", lambda s: s.database_url, "postgresql://db/x"),
        ("EXEC_TIMEOUT_MS", "1500", lambda s: s.automation.exec_timeout_ms, 1500),
    ],
)
def test_an_existing_deployments_variable_still_works(
    loaded: Load,
    variable: str,
    value: str,
    read: Callable[[Settings], object],
    expected: object,
) -> None:
    """Names from before the settings file keep their meaning."""
    assert read(loaded(**{variable: value})) == expected


def test_our_own_variable_wins_over_the_old_name(loaded: Load) -> None:
    """The more specific name is the deliberate one."""
    settings = loaded(EXEC_TIMEOUT_MS="1", OPSCONDUCTOR_AUTOMATION_EXEC_TIMEOUT_MS="2000")
    assert settings.automation.exec_timeout_ms == 2000


def test_thresholds_can_be_set_in_the_environment(loaded: Load) -> None:
    """A table is written in a variable as TOML writes it in a line."""
    settings = loaded(OPSCONDUCTOR_ALERTING_THRESHOLDS="{ SelectorLatencyHigh = 0.8 }")
    assert settings.alerting.thresholds == {"SelectorLatencyHigh": 0.8}


def test_a_table_in_the_environment_that_is_none_is_refused(refusal: Refusal) -> None:
    """The error names the variable and shows how to write it."""
    text = refusal(OPSCONDUCTOR_ALERTING_THRESHOLDS="SelectorLatencyHigh: 0.8")
    assert text.startswith("OPSCONDUCTOR_ALERTING_THRESHOLDS: not a TOML inline table; write it")


def test_relative_paths_are_relative_to_the_file(loaded: Load, config: Path) -> None:
    """A process started from another folder reads the same files."""
    settings = loaded('state_dir = "state"\n[automation]\ntools_dir = "my-tools"')
    assert settings.state == config.parent / "state"
    assert settings.automation.tools_dir == config.parent / "my-tools"


def test_a_home_folder_in_a_path_is_found(loaded: Load) -> None:
    """`~` means what it means in a shell."""
    settings = loaded('state_dir = "~/ops"', OPSCONDUCTOR_AUTOMATION_TOOLS_DIR="~/tools")
    assert settings.state == Path.home() / "ops"
    assert settings.automation.tools_dir == Path.home() / "tools"


def test_no_packages_dir_means_the_state_folder(loaded: Load) -> None:
    """An empty path is no path, not the folder that the process was started in."""
    assert loaded('packages_dir = ""\nstate_dir = "/s"').packages == Path("/s/packages")
    assert loaded('packages_dir = "/p"').packages == Path("/p")


def test_the_project_roots_file_is_the_default(tmp_path: Path) -> None:
    """Without a variable the file in the project's root is read, if it is there."""
    default = PROJECT_ROOT / "opsconductor.toml"
    assert config_path({}) == (default if default.exists() else None)
    assert config_path({"OPSCONDUCTOR_CONFIG": str(tmp_path / "x.toml")}) == tmp_path / "x.toml"


def test_settings_are_frozen() -> None:
    """A setting that changes while a process runs would be true for half of it."""
    with pytest.raises(ValueError, match="frozen"):
        Settings().console.port = 1  # type: ignore[misc]  # what mypy refuses too


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\n[console]\nprot = 1", "line 3: unknown setting console.prot; did you mean console.por"),
        ("[consle]\nport = 1", "line 1: unknown setting consle; did you mean console?"),
        ("zzz = 1", "line 1: unknown setting zzz; see opsconductor.toml.example"),
        ("[console]\n\nport = 0", "line 3: console.port: Input should be greater than or equal"),
        ('# one\nconsole.port = "x"', "line 2: console.port: Input should be a valid integer"),
        ('["console"]\n"port" = 0', "line 2: console.port"),
        ("console = { username = 'a', port = 0 }", "line 1: console.port"),
        ("console = 5", "line 1: console is a table: write [console] and its settings below it"),
        ("[[console]]\nport = 1", "line 1: console is a table"),
        ("[alerting]\nthresholds = 5", "line 2: alerting.thresholds is a table"),
        ('[alerting.thresholds]\nA = 1\nB = "x"', "line 3: alerting.thresholds.B"),
        ("[selector]\ncache_ttl_seconds = inf", "line 2: selector.cache_ttl_seconds"),
        ("[logging]\nlevel = 'loud'", "line 2: logging.level: Input should be 'debug', 'info'"),
        ('host = """\n[console]\n"""\nnope = 1', "line 4: unknown setting nope"),
    ],
)
def test_a_bad_setting_is_named_with_its_line(
    refusal: Refusal, config: Path, text: str, expected: str
) -> None:
    """The error says which file, which line, which setting, and what would do."""
    assert refusal(text).startswith(f"{config}, {expected}")


def test_every_bad_setting_is_told_at_once(refusal: Refusal) -> None:
    """One start is enough to see all that is wrong."""
    text = refusal("[console]\nport = 0\nprot = 1", SELECTOR_CACHE_TTL_SEC="soon")
    assert [line.split(": ")[1] for line in text.splitlines()] == [
        "selector.cache_ttl_seconds",
        "console.port",
        "unknown setting console.prot; did you mean console.port?; see opsconductor.toml.example",
    ]


def test_a_bad_variable_is_named(refusal: Refusal) -> None:
    """An error from the environment does not send the reader to the file."""
    text = refusal("[console]\nport = 1", OPSCONDUCTOR_CONSOLE_PORT="many")
    assert text.startswith("OPSCONDUCTOR_CONSOLE_PORT: console.port: Input should be a valid int")


def test_a_misspelt_variable_is_named(refusal: Refusal) -> None:
    """A setting that silently does not apply is worse than one that is refused."""
    text = refusal(OPSCONDUCTOR_CONSOLE_PROT="3100")
    assert text == (
        "OPSCONDUCTOR_CONSOLE_PROT: unknown setting; did you mean OPSCONDUCTOR_CONSOLE_PORT?"
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [("[console\nport = 1", 1), ("a = 1\nb =\n", 2), ("[console]\nport = 1\nport = 2", 3)],
)
def test_broken_toml_is_named_with_its_line(
    refusal: Refusal, config: Path, text: str, line: int
) -> None:
    """A file that is not TOML says where it stops being it."""
    assert refusal(text).startswith(f"{config}, line {line}: not valid TOML: ")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A wrong path in the variable is told, not passed over for the defaults."""
    with pytest.raises(SettingsError, match=r"cannot read the settings file .*absent\.toml"):
        load({"OPSCONDUCTOR_CONFIG": str(tmp_path / "absent.toml")})


def test_a_file_that_is_not_text_is_named(config: Path) -> None:
    """Bytes that are no UTF-8 are an error of the file."""
    config.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="cannot read the settings file"):
        load({"OPSCONDUCTOR_CONFIG": str(config)})


SECRET = "hunter2-and-more"
SECRET_SETTINGS = {
    "automation": "database_url",
    "receivers": "pagerduty_routing_key",
    "console": "password",
}


@pytest.mark.parametrize(("section", "name"), SECRET_SETTINGS.items())
def test_a_secret_is_not_shown(loaded: Load, section: str, name: str) -> None:
    """Printing or logging the settings gives no secret away."""
    settings = loaded(f'[{section}]\n{name} = "{SECRET}"')
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings.model_dump())
    assert SECRET not in settings.model_dump_json()


@pytest.mark.parametrize(("section", "name"), SECRET_SETTINGS.items())
def test_a_secret_is_not_quoted_in_an_error(refusal: Refusal, section: str, name: str) -> None:
    """The error about a secret's line names the line, not what stands there."""
    assert SECRET not in refusal(f'[{section}]\n{name} = ["{SECRET}"]')
    assert SECRET not in refusal(f'[{section}]\n{name} = "{SECRET}')
    assert SECRET not in refusal(f'[{section}]\n{name}s = "{SECRET}"')


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::1", "http://[::1]:80"),
    ],
)
def test_a_url_reaches_the_own_machine(host: str, expected: str) -> None:
    """Listening everywhere is answered on loopback."""
    assert Settings(host=host).url(80) == expected
