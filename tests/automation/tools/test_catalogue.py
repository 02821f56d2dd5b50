"""A folder of tool files becomes a catalogue, whatever some of the files hold."""

import shutil
from pathlib import Path

import pytest

from opsconductor.automation.catalogue import Catalogue, CatalogueError, load
from opsconductor.settings import PROJECT_ROOT

SIXTEEN = {
    "dns_lookup",
    "directory_size",
    "disk_usage",
    "echo",
    "file_checksum",
    "http_check",
    "listening_ports",
    "log_tail",
    "memory_usage",
    "package_updates",
    "ping",
    "service_status",
    "tcp_check",
    "tls_certificate",
    "top_processes",
    "uptime",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one good tool file."""
    shutil.copy(PROJECT_ROOT / "tools" / "echo.toml", tmp_path)
    return tmp_path


def test_the_shipped_catalogue_is_whole(shipped: Catalogue) -> None:
    """Every shipped file loads, and the sixteen tools are there."""
    assert not shipped.broken
    assert set(shipped.tools) >= SIXTEEN


def test_every_shipped_tool_can_be_found_and_asked_for(shipped: Catalogue) -> None:
    """Search and understanding live on tags, examples and formats, so each tool has them."""
    for tool in shipped.tools.values():
        assert len(tool.examples) >= 3, tool.name
        assert tool.tags, tool.name
        assert all(parameter.format for parameter in tool.parameters), tool.name


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('name = "x"\nname = "y"\n', "not valid TOML: Cannot overwrite a value (at line 2"),
        ("name = \n", "not valid TOML: Invalid value (at line 1"),
        ('colour = "red"\n', "line 1: colour: unknown key"),
        ('name = "x"\n\nrisk = "huge"\n', "line 3: risk: Input should be 'low'"),
        (
            '[[parameters]]\nname = "a"\n[[parameters]]\nname = "b"\ntype = "colour"\n',
            "line 5: parameters.1.type: Input should be",
        ),
        (
            '[transports.local]\nkind = "exec"\nargv = ["ls"]\nparser = "nope"\n',
            "line 4: transports.local.parser: unknown parser 'nope'",
        ),
        (
            '[transports.local]\nkind = "shell"\n',
            "line 1: transports.local: Input tag 'shell'",
        ),
        ('[transports.ssh]\nkind = "exec"\n', "line 1: transports: unknown transport ssh"),
    ],
)
def test_a_broken_file_is_reported_and_the_others_load(
    folder: Path, text: str, complaint: str
) -> None:
    """The report names the file, the line and the reason; the good file is there."""
    (folder / "broken.toml").write_text(text, encoding="utf-8")
    catalogue = load(folder)
    assert set(catalogue.tools) == {"echo"}
    assert complaint in catalogue.broken["broken.toml"]


def test_a_file_that_is_not_text_is_reported(folder: Path) -> None:
    """Bytes that are not UTF-8 break one file only."""
    (folder / "binary.toml").write_bytes(b'name = "\xff"')
    assert "not UTF-8" in load(folder).broken["binary.toml"]


def test_a_directory_in_place_of_a_file_is_reported(folder: Path) -> None:
    """Something that cannot be read breaks one file only."""
    (folder / "odd.toml").mkdir()
    assert load(folder).broken["odd.toml"] == "cannot be read: Is a directory"


def test_a_name_belongs_to_one_file(folder: Path) -> None:
    """The second file with a name is reported, with the file that has it."""
    shutil.copy(folder / "echo.toml", folder / "repeat.toml")
    catalogue = load(folder)
    assert catalogue.broken == {"repeat.toml": "the name echo is already taken by echo.toml"}


def test_a_missing_or_empty_folder_is_an_error(tmp_path: Path) -> None:
    """Nobody is left with an empty catalogue and no word about it."""
    with pytest.raises(CatalogueError, match=r"does not exist; set automation.tools_dir"):
        load(tmp_path / "absent")
    with pytest.raises(CatalogueError, match=r"holds no \.toml file; set automation.tools_dir"):
        load(tmp_path)


def test_loading_again_sees_what_changed(folder: Path) -> None:
    """A reload is another load: a file that was mended or taken away counts at once."""
    other = folder / "again.toml"
    text = (folder / "echo.toml").read_text(encoding="utf-8")
    other.write_text(text.replace('name = "echo"', 'name = "again"', 1), encoding="utf-8")
    assert set(load(folder).tools) == {"again", "echo"}
    other.unlink()
    assert set(load(folder).tools) == {"echo"}


def test_the_state_folder_stands_in_the_roots(tmp_path: Path) -> None:
    """`{state}` in a tool's roots becomes the state folder of this system."""
    tool = load(PROJECT_ROOT / "tools", state=tmp_path).tools["log_tail"]
    assert tool.allowed_roots == ("/var/log", f"{tmp_path}/logs")
