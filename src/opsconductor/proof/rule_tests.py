"""promtool's unit tests of rules, in a folder of their own.

The files are JSON, which is YAML too, and quicker to write.
"""

import json
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from opsconductor.monitoring.mutation.answers import AnswerError, Answers, answers
from opsconductor.monitoring.mutation.playing import Played
from opsconductor.proof.promtool import PromtoolError

RULES, TESTS = "rules.yml", "tests.yml"
TIMEOUT_SECONDS = 300.0


class RuleTests:
    """promtool by its command line; `timeout` in seconds bounds each run."""

    def __init__(self, command: tuple[str, ...], timeout: float = TIMEOUT_SECONDS) -> None:
        self._command = command
        self._timeout = timeout

    def version(self) -> str:
        """What promtool says of itself, in one line. Raises `PromtoolError`."""
        done = self._run(("--version",), Path())
        said = (done.stdout + done.stderr).strip().splitlines()
        if done.returncode or not said:
            raise PromtoolError(f"{self._command[0]} --version says nothing; is it promtool?")
        return said[0]

    def check_rules(self, document: Mapping[str, Any]) -> str:
        """Why Prometheus would refuse the rule file; "" where it would not."""
        with tempfile.TemporaryDirectory(prefix="opsconductor-prove-") as folder:
            (Path(folder) / RULES).write_text(json.dumps(document), encoding="utf-8")
            done = self._run(("check", "rules", RULES), Path(folder))
        return "" if done.returncode == 0 else done.stderr.strip() or done.stdout.strip()

    def ask(self, played: Played) -> Answers:
        """Play a scenario and read what every rule did. Raises `PromtoolError`."""
        done = self.test(played.rules_document(), played.test_document(RULES))
        if done.returncode == 0:
            raise PromtoolError("promtool found nothing amiss where every test must fail")
        _, _, said = done.stderr.partition("FAILED:")
        if not said:
            _, _, said = done.stdout.partition("FAILED:")
        if not said:
            raise PromtoolError(f"promtool says: {(done.stderr or done.stdout).strip()}")
        try:
            return answers(said)
        except AnswerError as error:
            raise PromtoolError(str(error)) from error

    def test(
        self, rules: Mapping[str, Any], tests: Mapping[str, Any]
    ) -> subprocess.CompletedProcess[str]:
        """`promtool test rules` over both documents. Raises `PromtoolError` where it was killed."""
        with tempfile.TemporaryDirectory(prefix="opsconductor-prove-") as folder:
            (Path(folder) / RULES).write_text(json.dumps(rules), encoding="utf-8")
            (Path(folder) / TESTS).write_text(json.dumps(tests), encoding="utf-8")
            return self._run(("test", "rules", TESTS), Path(folder))

    def _run(self, arguments: tuple[str, ...], folder: Path) -> subprocess.CompletedProcess[str]:
        try:
            done = subprocess.run(  # noqa: S603  the located promtool, with our own files
                [*self._command, *arguments],
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
                timeout=self._timeout,
            )
        except FileNotFoundError as error:
            raise PromtoolError(f"promtool is not at {self._command[0]}: {error}") from error
        except subprocess.TimeoutExpired as error:
            raise PromtoolError(f"promtool took more than {self._timeout:g} s") from error
        if done.returncode < 0:
            raise PromtoolError(f"promtool was killed by signal {-done.returncode}")
        return done
