"""The script: what it prints of itself, and that it resumes, refuses and mends as it says."""

import importlib.machinery
import importlib.util
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def script(tmp_path, monkeypatch):
    loader = importlib.machinery.SourceFileLoader("meemap_script", str(ROOT / "meemap"))
    spec = importlib.util.spec_from_loader("meemap_script", loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    monkeypatch.setattr(module, "VAR", tmp_path / "var")
    return module


def test_it_prints_its_own_help_and_every_command_has_one():
    top = subprocess.run([sys.executable, ROOT / "meemap"], capture_output=True, text=True, check=True).stdout
    for command in ("demo", "serve", "stop", "test", "bench", "manage", "check", "shell", "lock"):
        assert f"    {command} " in top
        one = subprocess.run(
            [sys.executable, ROOT / "meemap", command, "--help"], capture_output=True, text=True, check=True
        ).stdout
        assert one.startswith(f"usage: ./meemap {command}")


def test_it_needs_nothing_but_the_standard_library():
    """It runs before anything is installed."""
    command = [sys.executable, "-I", "-S", ROOT / "meemap", "--help"]
    assert subprocess.run(command, capture_output=True, check=True).returncode == 0


def test_a_step_is_done_once_and_again_when_its_inputs_change(script):
    done = []
    for mark in ("a", "a", "b", "b"):
        script.once("x", mark, lambda mark=mark: done.append(mark), title="x")
    assert done == ["a", "b"]


def test_a_step_whose_result_is_gone_is_done_again(script):
    done = []
    script.once("x", "a", lambda: done.append(1), title="x")
    script.once("x", "a", lambda: done.append(2), title="x", still=False)
    assert done == [1, 2]


def test_an_interrupted_step_leaves_no_stamp_and_is_resumed(script):
    def cut() -> None:
        raise KeyboardInterrupt

    done = []
    script.once("x", "a", lambda: done.append(1), title="x")
    with pytest.raises(KeyboardInterrupt):
        script.once("x", "b", cut, title="x")
    script.once("x", "a", lambda: done.append(2), title="x")
    assert done == [1, 2]


def test_a_failure_shows_its_last_lines_and_names_the_mend(script):
    with pytest.raises(script.Trouble, match="it broke") as trouble:
        script.run(["sh", "-c", "echo it broke; exit 3"], log="x", mend="do this")
    assert trouble.value.mend == "do this"
    assert "exit 3" in str(trouble.value)


def test_without_the_right_to_install_it_says_exactly_what_to_install(script, monkeypatch):
    monkeypatch.setattr(script, "may_install", lambda: False)
    with pytest.raises(script.Trouble, match="postgresql-15-postgis-3 chromium") as trouble:
        script.install(["postgresql-15-postgis-3", "chromium"], why="ME(e) Map")
    assert "apt-get install --no-install-recommends postgresql-15-postgis-3 chromium" in trouble.value.mend
    assert "docker compose up" in trouble.value.mend


def test_a_python_that_was_not_tried_is_refused(script, monkeypatch):
    monkeypatch.setattr(script.sys, "version_info", (3, 9, 0))
    with pytest.raises(script.Trouble, match="are tried"):
        script.ensure_python(dev=False)


def test_a_port_that_is_taken_is_named(script):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(script.Trouble, match=str(port)):
            script.gunicorn({}, host="127.0.0.1", port=port)


def test_the_socket_folder_is_short_private_and_not_a_tcp_port(script):
    cluster = script.Cluster()
    assert len(str(cluster.sockets / ".s.PGSQL.5432")) < 107
    assert f"host={cluster.sockets}" in cluster.url
    assert "listen_addresses = ''" in (ROOT / "meemap").read_text("utf-8")


def test_a_named_database_is_used_as_it_is(script, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgis://elsewhere/x")
    assert script.environment()["DATABASE_URL"] == "postgis://elsewhere/x"
    assert not script.own_database()


def test_the_secret_and_the_demo_password_are_made_here_and_kept_private(script, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    script.VAR.mkdir()
    first = script.environment()["SECRET_KEY"]
    assert script.environment()["SECRET_KEY"] == first
    assert script.demo_password() == script.demo_password()
    for name in ("secret-key", "demo-password"):
        assert (script.VAR / name).stat().st_mode & 0o077 == 0


def test_stop_ends_no_process_but_this_checkouts_server(script):
    script.VAR.mkdir()
    other = subprocess.Popen(["sleep", "60"])
    try:
        (script.VAR / "server.pid").write_text(str(other.pid))
        assert script.server_process() is None
        assert not (script.VAR / "server.pid").exists()
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_command_of_manage_does_not_run_as_the_demo(script, monkeypatch):
    seen = {}
    monkeypatch.setattr(script, "set_up", lambda **_: None)
    monkeypatch.setattr(script, "manage", lambda words, env: seen.update(env) or 0)
    script.VAR.mkdir()
    script.run_manage(script.argparse.Namespace(rest=["check"]))
    assert "MEEMAP_ANONYMOUS_PINS" not in seen
