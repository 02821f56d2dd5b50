"""Takes secrets out of what a tool prints."""

import re
from collections.abc import Iterable, Mapping

from opsconductor.automation.outcome import Findings, Scalar, Table
from opsconductor.telemetry import REDACTED

_CONTROL = {code: None for code in (*range(32), *range(127, 160)) if code not in b"\t"}
LONGEST_MATCH = 4096
"""Characters beyond the cap in which the end of a secret that straddles it is looked for."""


class Redactor:
    """Replaces secret values, and what the patterns match, with a fixed text.

    `used` tells whether anything was replaced. Of a pattern's match only the group named `secret`
    is hidden where there is one. Patterns are matched line by line.
    """

    def __init__(self, secrets: Iterable[str] = (), patterns: Iterable[str] = ()) -> None:
        # Longest first: a secret may contain another.
        self._secrets = sorted({secret for secret in secrets if secret}, key=len, reverse=True)
        self._patterns = [re.compile(pattern) for pattern in patterns]
        self.used = False

    @property
    def reach(self) -> int:
        """Bytes past a cut that must be known to recognise a secret that straddles it."""
        longest = max((len(secret.encode()) for secret in self._secrets), default=0)
        return max(longest, LONGEST_MATCH if self._patterns else 0)

    def text(self, text: str) -> str:
        """The text without secrets and without control characters, line by line."""
        return "\n".join(self.line(line) for line in text.split("\n"))

    def line(self, line: str) -> str:
        """The line without secrets and without control characters other than tabs."""
        # Before the search: a dropped character could otherwise join the halves of a secret.
        redacted = line if line.isprintable() else line.translate(_CONTROL)
        for secret in self._secrets:
            if secret in redacted:
                redacted = redacted.replace(secret, REDACTED)
                self.used = True
        for pattern in self._patterns:
            redacted, count = pattern.subn(_hidden, redacted)
            self.used = self.used or count > 0
        return redacted

    def findings(self, findings: Findings) -> Findings:
        """The findings without secrets."""
        table = findings.table
        return Findings(
            facts=self._facts(findings.facts),
            table=table
            and Table(
                table.columns,
                tuple(tuple(self._scalar(cell) for cell in row) for row in table.rows),
            ),
            output=self.text(findings.output),
        )

    def _facts(self, facts: Mapping[str, Scalar]) -> dict[str, Scalar]:
        return {name: self._scalar(value) for name, value in facts.items()}

    def _scalar(self, value: Scalar) -> Scalar:
        return self.text(value) if isinstance(value, str) else value


def _hidden(match: re.Match[str]) -> str:
    if "secret" not in match.re.groupindex or match.group("secret") is None:
        return REDACTED
    start, end = match.span("secret")
    whole, offset = match.group(0), match.start()
    return f"{whole[: start - offset]}{REDACTED}{whole[end - offset :]}"
