"""What programs print, on this machine and on others, becomes facts."""

import os
import time
from pathlib import Path

import pytest

from opsconductor.automation.outcome import Finished, Scalar, ToolFailure
from opsconductor.automation.parsers import PARSERS, packages, parser
from opsconductor.contract import Reason

DF = """\
Filesystem     Type     1024-blocks      Used Available Capacity Mounted on
udev           devtmpfs     4000000         0   4000000       0% /dev
tmpfs          tmpfs        1000000    990000     10000      99% /run
/dev/sda1      ext4        51474912  41179929  10294983      80% /
/dev/sdb1      ext4       104857600  94371840  10485760      90% /srv/my data
/dev/loop0     squashfs       65536     65536         0     100% /snap/core
overlay        overlay            -         -         -        - /odd"""
PING = """\
PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.
64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.026 ms

--- 127.0.0.1 ping statistics ---
3 packets transmitted, 2 received, 33.3333% packet loss, time 2041ms
rtt min/avg/max/mdev = 0.026/0.031/0.037/0.004 ms"""
PING_NONE = """\
PING 192.0.2.1 (192.0.2.1) 56(84) bytes of data.

--- 192.0.2.1 ping statistics ---
3 packets transmitted, 0 received, 100% packet loss, time 2048ms"""
SYSTEMCTL = """\
Id=ssh.service
Description=OpenBSD Secure Shell server
LoadState=loaded
ActiveState=active
SubState=running
MainPID=612
ActiveEnterTimestamp=Mon 2026-11-23 08:12:01 UTC"""
APT = """\
openssl/stable-security 3.0.17-1~deb12u3 amd64 [upgradable from: 3.0.17-1~deb12u2]
vim/stable 2:9.0.1378-2+deb12u2 amd64 [upgradable from: 2:9.0.1378-2]
N: There is 1 additional version."""


def ended(stdout: str, stderr: str = "", exit_code: int = 0, **arguments: Scalar) -> Finished:
    """A program that ended with this output."""
    return Finished(tuple(stdout.splitlines()), tuple(stderr.splitlines()), exit_code, arguments)


def failure(name: str, finished: Finished) -> ToolFailure:
    """The failure that a parser finds in the output."""
    with pytest.raises(ToolFailure) as caught:
        parser(name)(finished)
    return caught.value


def test_every_name_has_its_function() -> None:
    """Every parser that a tool file may name can be imported."""
    assert all(callable(parser(name)) for name in PARSERS)


def test_df_names_the_fullest_disk() -> None:
    """Memory and image file systems, full by design, are no disks; names may hold blanks."""
    found = parser("df")(ended(DF, path=None))
    assert found.facts["mount"] == "/srv/my data"
    assert found.facts["used_percent"] == 90
    assert found.facts["free"] == "10.0 GiB"
    assert found.table is not None
    assert [row[0] for row in found.table.rows] == ["/srv/my data", "/"]


def test_df_takes_any_file_system_that_was_asked_for() -> None:
    """For a path in memory the answer is about that memory."""
    lines = DF.splitlines()
    found = parser("df")(ended(f"{lines[0]}\n{lines[2]}", path="/run"))
    assert (found.facts["mount"], found.facts["used_percent"]) == ("/run", 99)


def test_df_without_a_file_system_fails_with_its_complaint() -> None:
    """A path that does not exist is told in df's own words."""
    found = failure("df", ended("", "df: /nope: No such file or directory", 1, path="/nope"))
    assert (found.reason, found.message) == (
        Reason.UPSTREAM_ERROR,
        "df: /nope: No such file or directory",
    )


def test_du_sums_up_and_ranks() -> None:
    """The last line is the sum; the largest sub-directories come first."""
    found = parser("du")(ended("4\t/x/a\n2048\t/x/b c\n2060\t/x", path="/x"))
    assert (found.facts["size"], found.facts["subdirectories"]) == ("2.0 MiB", 2)
    assert found.table is not None
    assert found.table.rows[0] == ("/x/b c", "2.0 MiB")


def test_du_without_a_sum_fails() -> None:
    """Output that was cut before the sum gives no size that would be wrong."""
    assert "too many" in failure("du", ended("", path="/x")).message
    assert failure("du", ended("4\t/x/a", "du: no", 1, path="/x")).message == "du: no"


def test_ping_counts_and_times() -> None:
    """Some answers are an answer, with the loss."""
    found = parser("ping")(ended(PING, host="127.0.0.1"))
    assert found.facts == {
        "host": "127.0.0.1",
        "reachable": True,
        "sent": 3,
        "received": 2,
        "loss_percent": 33,
        "minimum_ms": 0.026,
        "average_ms": 0.031,
        "maximum_ms": 0.037,
    }


def test_ping_without_an_answer_fails() -> None:
    """A host that is down makes the run fail and says so."""
    found = failure("ping", ended(PING_NONE, exit_code=1, host="192.0.2.1"))
    assert found.message == "192.0.2.1 answered none of 3 pings"
    assert found.findings.facts["reachable"] is False
    unreachable = ended("", "ping: connect: Network is unreachable", 1, host="192.0.2.1")
    assert "Network is unreachable" in failure("ping", unreachable).message


def test_systemctl_tells_the_state() -> None:
    """A service that runs and one that does not are both answers."""
    found = parser("systemctl_show")(ended(SYSTEMCTL, service="ssh"))
    assert found.facts["active"] is True
    assert (found.facts["state"], found.facts["main_pid"]) == ("active", 612)
    stopped = SYSTEMCTL.replace("=active", "=inactive").replace("612", "0")
    found = parser("systemctl_show")(ended(stopped, service="ssh"))
    assert (found.facts["active"], found.facts["main_pid"]) == (False, None)


def test_systemctl_does_not_know_every_service() -> None:
    """A service that is not there is a failure rather than "inactive"."""
    unknown = ended(SYSTEMCTL.replace("=loaded", "=not-found"), service="nginx")
    assert failure("systemctl_show", unknown).message == "systemd knows no service nginx"


def test_apt_tells_security_fixes(tmp_path: Path) -> None:
    """Each package with both versions, and how old the lists are."""
    lists = tmp_path / "deb_dists_stable_main_binary-amd64_Packages"
    lists.touch()
    os.utime(lists, (time.time() - 7200, time.time() - 7200))
    found = packages.apt_list(ended(APT), tmp_path)
    assert (found.facts["count"], found.facts["security"]) == (2, 1)
    assert found.facts["lists_age"] == "2 hours"
    assert found.table is not None
    assert found.table.rows[0] == ("openssl", "3.0.17-1~deb12u2", "3.0.17-1~deb12u3", True)


def test_apt_without_lists_is_unavailable(tmp_path: Path) -> None:
    """Without package lists nothing would be upgradable, which nobody may take for good news."""
    with pytest.raises(ToolFailure, match="run: apt-get update") as caught:
        packages.apt_list(ended(""), tmp_path)
    assert caught.value.reason is Reason.UNAVAILABLE


def test_an_escaped_name_does_not_spoil_the_checksum() -> None:
    """A backslash before the digest only tells that the name is escaped."""
    found = parser("checksum")(ended("\\abc123  /x\\\\y", path="/x\\y", algorithm="md5"))
    assert found.facts["checksum"] == "abc123"


def test_an_empty_log_has_no_newest_line() -> None:
    """An empty file is an answer."""
    assert parser("tail")(ended("", path="/x")).facts["newest"] == "(the file is empty)"
