"""Logging in, by password and by a link, and what stays shut without it."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from opsconductor.console import login
from opsconductor.console.app import create_app
from opsconductor.console.login import LINK_SECONDS, OnceLinks, SettingsBackend, once_link
from opsconductor.console.login_pages import local_path
from opsconductor.console.secret import secret_path, signing_secret
from opsconductor.console.throttle import FREE_FAILURES, LONGEST_WAIT, MOST_ADDRESSES, Throttle
from opsconductor.settings import Settings, SettingsError
from opsconductor.settings.model import Console

PASSWORD = "correct horse battery"
PAGES = ("/", "/alerts", "/inbox", "/inbox?receiver=slack", "/runbooks", "/messages/1/html")


def _login(client: httpx.Client, password: str = PASSWORD, **extra: str) -> int:
    fields = {"username": "admin", "password": password, **extra}
    return client.post("/login", data=fields).status_code


def _path(link: str) -> str:
    return "/login/once?" + link.partition("?")[2]


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """The time that the test set."""
        return self.now


def test_health_is_open(anonymous: httpx.Client) -> None:
    """The supervisor asks for health without a login."""
    answer = anonymous.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


@pytest.mark.parametrize("path", PAGES)
def test_pages_want_a_login(anonymous: httpx.Client, path: str) -> None:
    """Every page sends a stranger to the login form."""
    answer = anonymous.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")


def test_the_wanted_page_comes_after_the_login(anonymous: httpx.Client) -> None:
    """Whoever was sent to the form gets where they were going."""
    location = anonymous.get("/alerts?state=firing").headers["location"]
    form = anonymous.get(location)
    assert 'value="/alerts?state=firing"' in form.text
    fields = {"username": "admin", "password": PASSWORD, "next": "/alerts?state=firing"}
    assert anonymous.post("/login", data=fields).headers["location"] == "/alerts?state=firing"


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/login", "", "/a\r\nb"],
)
def test_the_login_leads_nowhere_else(wanted: str) -> None:
    """Only a page of the console can be the next one."""
    assert local_path(wanted) == "/"


def test_a_wrong_password_is_refused(anonymous: httpx.Client) -> None:
    """A wrong password gives the form again and no session."""
    assert _login(anonymous, "wrong") == 401
    assert anonymous.get("/alerts").status_code == 303


def test_a_wrong_name_is_refused(settings: Settings) -> None:
    """The name is compared like the password, in any alphabet."""
    backend = SettingsBackend(settings)
    assert backend.verify("ädmin", PASSWORD) is None
    assert backend.verify("admin", PASSWORD) == "admin"


def test_the_session_cookie_is_out_of_reach_of_scripts(anonymous: httpx.Client) -> None:
    """The cookie is HttpOnly and SameSite=Lax, and signed."""
    answer = anonymous.post("/login", data={"username": "admin", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    name, value = answer.headers["set-cookie"].split(";")[0].split("=", 1)
    anonymous.cookies.clear()
    anonymous.cookies.set(name, value[:-4] + "AAAA")
    assert anonymous.get("/alerts").status_code == 303


def test_logging_out_ends_the_session(browser: httpx.Client) -> None:
    """After the log-out the pages want a login again."""
    assert browser.post("/logout", headers={"sec-fetch-site": "same-origin"}).status_code == 303
    assert browser.get("/alerts").status_code == 303


def test_a_new_password_ends_old_sessions(settings: Settings) -> None:
    """The stamp in the session changes with the password."""
    changed = settings.model_copy(update={"console": Console(password=SecretStr("another"))})
    old, new = SettingsBackend(settings), SettingsBackend(changed)
    assert old.stamp("admin") != new.stamp("admin")
    assert old.stamp("somebody") is None


def test_a_link_logs_in_once(anonymous: httpx.Client, settings: Settings) -> None:
    """The first to open the link is logged in; the second sees why not."""
    path = _path(once_link(settings))
    assert anonymous.get(path).headers["location"] == "/"
    assert anonymous.get("/alerts").status_code == 200
    anonymous.cookies.clear()
    again = anonymous.get(path)
    assert again.status_code == 403
    assert "used already" in again.text


def test_a_link_is_used_up_by_one_of_many(settings: Settings) -> None:
    """Of several attempts at the same time exactly one succeeds."""
    links, token = OnceLinks(settings), once_link(settings).partition("token=")[2]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: links.redeem(token), range(16)))
    assert results.count(True) == 1


def test_a_used_link_stays_used_after_a_restart(settings: Settings) -> None:
    """What was used is remembered on disk."""
    token = once_link(settings).partition("token=")[2]
    assert OnceLinks(settings).redeem(token)
    assert not OnceLinks(settings).redeem(token)


def test_an_old_link_is_refused(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link that waited too long does not log in."""
    token = once_link(settings).partition("token=")[2]
    late = time.time() + LINK_SECONDS + 1
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: late)
    assert not OnceLinks(settings).redeem(token)


def test_marks_of_expired_links_are_removed(settings: Settings) -> None:
    """The folder of used links does not grow for ever."""
    links = OnceLinks(settings)
    assert links.redeem(once_link(settings).partition("token=")[2])
    folder = secret_path(settings).with_name("console-used-links")
    (old,) = folder.iterdir()
    past = time.time() - 3 * LINK_SECONDS
    os.utime(old, (past, past))
    assert links.redeem(once_link(settings).partition("token=")[2])
    assert old not in set(folder.iterdir())


def test_a_forged_link_is_refused(settings: Settings) -> None:
    """A token that this console did not sign is worth nothing."""
    links = OnceLinks(settings)
    assert not links.redeem("")
    assert not links.redeem(once_link(settings).partition("token=")[2][:-2])


def test_the_secret_is_made_once_by_many(settings: Settings) -> None:
    """Processes that start at the same time agree on one secret, readable by its owner only."""
    gate = threading.Barrier(8)

    def ask(_: int) -> str:
        gate.wait(5)
        return signing_secret(settings)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1
    path = secret_path(settings)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["console"]


def test_a_truncated_secret_is_refused(settings: Settings) -> None:
    """A secret file that was cut short is an error that says what to do."""
    secret_path(settings).parent.mkdir(parents=True)
    secret_path(settings).write_text("short")
    with pytest.raises(SettingsError, match="delete the file"):
        signing_secret(settings)


def test_a_state_folder_that_is_a_file_is_refused(settings: Settings, tmp_path: Path) -> None:
    """Where the secret cannot be kept the error names the path."""
    (tmp_path / "secrets").write_text("in the way")
    with pytest.raises(SettingsError, match="secrets/console"):
        signing_secret(settings)


@pytest.mark.parametrize("password", ["", login.DEFAULT_PASSWORD])
def test_production_refuses_the_default_password(settings: Settings, password: str) -> None:
    """A production console does not open with a password that everybody knows."""
    known = Console(port=settings.console.port, password=SecretStr(password))
    update = {"environment": "production", "console": known}
    with pytest.raises(SettingsError, match="OPSCONDUCTOR_CONSOLE_PASSWORD"):
        create_app(settings.model_copy(update=update))


def test_the_default_password_is_shown_only_while_it_is_one(anonymous: httpx.Client) -> None:
    """The hint on the form goes away with the default password."""
    assert "Development default" not in anonymous.get("/login").text


def test_guessing_is_slowed_down(anonymous: httpx.Client) -> None:
    """After some failures the address waits, even with the right password."""
    for _ in range(FREE_FAILURES):
        assert _login(anonymous, "wrong") == 401
    answer = anonymous.post("/login", data={"username": "admin", "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1


def test_guessing_over_the_api_counts_too(anonymous: httpx.Client) -> None:
    """HTTP Basic is no way around the wait."""
    for _ in range(FREE_FAILURES):
        assert anonymous.get("/api/inbox", auth=("admin", "wrong")).status_code == 401
    assert anonymous.get("/api/inbox", auth=("admin", PASSWORD)).status_code == 429


def test_the_wait_doubles_up_to_a_bound() -> None:
    """Each further failure doubles the wait; a success forgets them."""
    clock = Clock()
    throttle = Throttle(clock)
    waits = []
    for _ in range(FREE_FAILURES + 12):
        throttle.failed("10.0.0.1")
        waits.append(throttle.wait("10.0.0.1"))
    assert waits[FREE_FAILURES - 2 : FREE_FAILURES + 2] == [0, 1, 2, 4]
    assert waits[-1] == LONGEST_WAIT
    assert throttle.wait("10.0.0.2") == 0
    clock.now += LONGEST_WAIT
    assert throttle.wait("10.0.0.1") == 0
    throttle.succeeded("10.0.0.1")
    throttle.failed("10.0.0.1")
    assert throttle.wait("10.0.0.1") == 0


def test_the_throttle_is_bounded() -> None:
    """Many addresses do not fill the memory."""
    throttle = Throttle(Clock())
    for number in range(MOST_ADDRESSES + 50):
        throttle.failed(f"address {number}")
    assert len(throttle._records) == MOST_ADDRESSES


def test_the_api_takes_basic_credentials(anonymous: httpx.Client) -> None:
    """A program reads the API with the console's name and password, and is asked for them."""
    refused = anonymous.get("/api/inbox")
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Basic")
    assert anonymous.get("/api/inbox", auth=("admin", PASSWORD)).status_code == 200


def test_a_page_is_not_challenged(anonymous: httpx.Client) -> None:
    """A script whose session ended gets a plain 401, so that no password dialogue opens."""
    answer = anonymous.get("/api/inbox", headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 401
    assert "www-authenticate" not in answer.headers


@pytest.mark.parametrize("header", ["Basic", "Basic %%%", "Bearer abc", "Basic bm9jb2xvbg=="])
def test_bad_credentials_are_asked_for_again(anonymous: httpx.Client, header: str) -> None:
    """A header that is not Basic credentials is no login and no error of ours."""
    assert anonymous.get("/api/inbox", headers={"authorization": header}).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
def test_a_form_from_another_site_is_refused(
    browser: httpx.Client, headers: dict[str, str]
) -> None:
    """Another site cannot make the browser log out, or do anything else."""
    assert browser.post("/logout", headers=headers).status_code == 403
    assert browser.get("/alerts").status_code == 200


def test_a_cookie_without_an_origin_changes_nothing(browser: httpx.Client) -> None:
    """A POST that hides where it comes from is refused when it carries a cookie."""
    assert browser.post("/logout").status_code == 403


def test_a_form_of_our_own_is_taken(browser: httpx.Client, settings: Settings) -> None:
    """A browser without Fetch Metadata is told by its Origin."""
    headers = {"origin": settings.url(settings.console.port)}
    assert browser.post("/logout", headers=headers).status_code == 303
