"""Programs from Debian's packages really run on a machine that lacks them."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from tests.stack.packages import chromium_program, debian_packages, postgres_programs
from tests.stack.postgres import Postgres

from opsconductor.settings import load
from opsconductor.stack import programs as programs_module
from opsconductor.stack.debian_packages import PackagesError, library_path, relink
from opsconductor.stack.mount_namespace import showing
from opsconductor.stack.programs import TEMPLATES, Programs, locate

pytestmark = pytest.mark.stack


def test_the_four_programs_run(programs: Programs) -> None:
    """Each says its version."""
    for program in (
        programs.prometheus,
        programs.promtool,
        programs.alertmanager,
        programs.amtool,
    ):
        done = subprocess.run((*program.command, "--version"), capture_output=True, check=False)
        assert done.returncode == 0, done.stderr


def test_a_namespace_shows_a_folder_and_leaves_the_system_as_it_was(tmp_path: Path) -> None:
    """The command sees the folder beside what /usr/share has; nobody else does."""
    shown, stage = tmp_path / "shown", tmp_path / "stage"
    shown.mkdir()
    stage.mkdir()
    (shown / "default.tmpl").write_text("here")
    at = Path("/usr/share/no-such-program/templates")
    before = sorted(path.name for path in Path("/usr/share").iterdir())
    command = (*showing(shown, at, stage), "sh", "-c", f"cat {at}/default.tmpl; ls /usr/share")
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    first, *rest = done.stdout.replace("here", "here\n", 1).splitlines()
    assert first == "here"
    assert sorted(rest) == sorted([*before, "no-such-program"])
    assert sorted(path.name for path in Path("/usr/share").iterdir()) == before
    assert list(stage.iterdir()) == []


def test_alertmanager_runs_without_its_template_installed(tmp_path: Path) -> None:
    """Unpacked from the package it starts, though its template's path does not exist here."""
    if TEMPLATES.exists():
        pytest.skip("Debian's package is installed on this machine")
    packages = debian_packages()
    root = packages.tree("prometheus-alertmanager")
    config = tmp_path / "alertmanager.yml"
    config.write_text("route: {receiver: x}\nreceivers: [{name: x}]\n")
    stage = tmp_path / "stage"
    stage.mkdir()
    prefix = showing(root / TEMPLATES.relative_to("/"), TEMPLATES, stage)
    done = subprocess.run(
        (
            *prefix, "timeout", "--signal=TERM", "2", str(root / "usr/bin/prometheus-alertmanager"),
            f"--config.file={config}", f"--storage.path={tmp_path}",
            "--cluster.listen-address=", "--web.listen-address=127.0.0.1:0",
        ),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Listening on" in done.stderr
    assert "exiting gracefully" in done.stderr


def test_without_debian_the_error_names_the_commands_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On another platform the text says how to get the programs."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PackagesError, match="brew install prometheus alertmanager"):
        locate(load({"OPSCONDUCTOR_STATE_DIR": str(tmp_path)}), print)


def test_another_program_of_the_same_name_is_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A `prometheus` on PATH that is not Prometheus is passed over."""
    impostor = tmp_path / "prometheus"
    impostor.write_text("#!/bin/sh\necho a game\n")
    impostor.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert programs_module._on_path(("prometheus",)) != str(impostor)


def test_links_into_the_tree_resolve(tmp_path: Path) -> None:
    """An absolute link is made relative when its target was unpacked too, and else kept."""
    (tmp_path / "usr/share/a").mkdir(parents=True)
    link, outside = tmp_path / "usr/share/b", tmp_path / "usr/share/c"
    link.symlink_to("/usr/share/a")
    outside.symlink_to("/etc/hostname")
    relink(tmp_path)
    assert link.resolve() == tmp_path / "usr/share/a"
    assert outside.readlink() == Path("/etc/hostname")


def test_a_link_to_what_is_installed_leads_there(tmp_path: Path) -> None:
    """A package that the machine has is not unpacked again, and is linked to where it is."""
    tree, machine = tmp_path / "tree", tmp_path / "machine"
    (machine / "usr/share/javascript/jquery").mkdir(parents=True)
    static = tree / "usr/share/prometheus/static"
    static.mkdir(parents=True)
    (static / "jquery").symlink_to("../../javascript/jquery")
    (static / "nowhere").symlink_to("../../javascript/nowhere")
    (static / "outside").symlink_to("../../../../../../elsewhere")
    relink(tree, machine)
    assert (static / "jquery").resolve() == machine / "usr/share/javascript/jquery"
    assert not (static / "nowhere").exists()
    assert (static / "outside").readlink() == Path("../../../../../../elsewhere")


def test_the_library_path_names_every_folder_with_libraries(tmp_path: Path) -> None:
    """Folders below the library folders count too."""
    nested = tmp_path / "usr/lib/x86_64-linux-gnu/pulseaudio"
    nested.mkdir(parents=True)
    (nested / "libpulse.so.0").touch()
    assert library_path(tmp_path) == str(nested)


def test_unpacked_postgresql_serves(tmp_path: Path, free_ports: Callable[[int], list[int]]) -> None:
    """PostgreSQL from the package runs, as any user, and comes back with its data."""
    server = Postgres(postgres_programs(unpacked=True), tmp_path, free_ports(1)[0])
    server.start()
    server.stop()
    server.start()
    server.stop()


def test_unpacked_chromium_renders_text(tmp_path: Path) -> None:
    """Chromium from the package draws a page with fonts."""
    browser = chromium_program(tmp_path, unpacked=True)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=browser.executable,
            args=list(browser.arguments),
            env=dict(browser.environment),
        )
        page = running.new_page()
        page.set_content("<span id=a>monitored</span>")
        box = page.locator("#a").bounding_box()
        running.close()
    assert box is not None
    assert box["width"] > 20
