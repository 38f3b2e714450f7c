"""House rules that a machine can check. Each test names the files that break its rule."""

import ast
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.env import BASE_DIR

APPS = ("config", "core", "accounts", "realtime", "ticketing", "queueing", "voting")
SOURCES = [path for app in APPS for path in sorted((BASE_DIR / app).rglob("*.py"))]
OURS = [path for path in SOURCES if "migrations" not in path.parts]
TEMPLATES = sorted((BASE_DIR / "templates").rglob("*.html"))
SCRIPTS = sorted((BASE_DIR / "static" / "js").rglob("*.js"))

VAGUE = {"utils", "util", "helpers", "helper", "misc", "common", "managers", "tools"}
ENV_READERS = {"flag", "number", "text", "words", "folder", "database", "redis", "mail", "secret"}
MONEY = re.compile(r"price|amount|total|fee|revenue")
LONGEST_MODULE = 300


def name(path: Path) -> str:
    return str(path.relative_to(BASE_DIR))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def imports(path: Path) -> Iterator[str]:
    """Yield the dotted names that `path` imports, anywhere in it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers(*prefixes: str, besides: tuple[str, ...]) -> list[str]:
    """Return the modules that import one of `prefixes` without being one of `besides`."""
    return [
        name(path)
        for path in OURS
        if not name(path).startswith(besides)
        and any(one.startswith(prefixes) for one in imports(path))
    ]


def matches(pattern: str, paths: list[Path]) -> list[str]:
    """Return file, line and text of each match of `pattern`."""
    found = re.compile(pattern, re.IGNORECASE | re.DOTALL)
    return [
        f"{name(path)}:{text.count(chr(10), 0, match.start()) + 1}: {match.group(0)[:60]}"
        for path in paths
        for text in [path.read_text()]
        for match in found.finditer(text)
    ]


def test_templates_hold_no_script():
    assert matches(r"<script(?![^>]*\bsrc=)[^>]*>", TEMPLATES) == []
    assert matches(r"<[^>]*\son[a-z]+\s*=\s*[\"'{]", TEMPLATES) == []
    assert matches(r"javascript:", TEMPLATES) == []


def test_templates_hold_no_style():
    assert matches(r"<style\b", TEMPLATES) == []
    assert matches(r"<[^>]*\sstyle\s*=", TEMPLATES) == []


def test_pages_load_nothing_from_elsewhere():
    elsewhere = r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//[^\"']*"
    imported = r"\bfrom\s+[\"']https?://[^\"']*|@import[^;]*//[^;]*|url\([\"']?https?:[^)]*"

    assert matches(elsewhere, TEMPLATES) == []
    assert matches(imported, [*SCRIPTS, *(BASE_DIR / "static" / "css").rglob("*.css")]) == []


def test_scripts_build_no_code_from_text():
    assert matches(r"\beval\(|new Function\(|document\.write\(", SCRIPTS) == []


def test_only_realtime_touches_the_channel_layer():
    assert importers("channels", besides=("realtime/", "config/asgi.py")) == []


def test_only_core_puts_jobs_into_queues():
    workers = ("core/later.py", "core/health.py", "config/cron.py")
    workers += ("config/steady.py", "realtime/worker.py")

    assert importers("django_rq", "rq", besides=workers) == []


def test_domain_never_talks_to_redis_behind_the_cache():
    doors = ("realtime/", "core/", "config/", "queueing/")

    assert importers("redis", "django_redis", besides=doors) == []


def test_each_environment_name_is_read_once():
    read = Counter(
        node.args[0].value
        for path in OURS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and node.func.attr in ENV_READERS
        and node.args
        and isinstance(node.args[0], ast.Constant)
    )

    assert len(read) > 10
    assert [one for one, times in read.items() if times > 1] == []


def test_nothing_else_reads_the_environment():
    reads = r"os\.environ(?!\.setdefault\(\"DJANGO_SETTINGS_MODULE\"|\[\"PROMETHEUS)|os\.getenv"
    passed_on = ("config/supervisor.py", "config/embedded/programs.py")  # to the processes below us

    found = [line for line in matches(reads, OURS) if not line.startswith(passed_on)]
    assert found == []


def test_modules_say_what_they_are_for():
    assert [name(path) for path in OURS if path.stem in VAGUE] == []


def test_modules_stay_small_enough_to_be_seen_whole():
    assert [
        name(path) for path in OURS if len(path.read_text().splitlines()) > LONGEST_MODULE
    ] == []


def test_money_is_never_a_float():
    floats = [
        f"{name(path)}:{node.lineno}"
        for path in OURS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.AnnAssign | ast.arg)
        and node.annotation is not None
        and "float" in ast.unparse(node.annotation)
        and MONEY.search(ast.unparse(node.target) if isinstance(node, ast.AnnAssign) else node.arg)
    ]

    assert floats == []
    assert matches(r"\b(?:Float|Decimal)Field\(", OURS) == []


def test_transactions_are_use_cases_or_steps():
    assert matches(r"transaction\.atomic(?:\(\)|(?!\()(?=\s))", OURS) == []


def test_signals_carry_no_logic():
    assert matches(r"\b(?:post|pre)_(?:save|delete)\b", OURS) == []


def test_queries_quote_nothing_by_hand():
    assert matches(r"\.(?:execute|raw|extra)\(\s*f[\"']", OURS) == []


def test_lock_files_name_no_registry():
    locks = sorted(BASE_DIR.glob("requirements*.txt"))

    assert matches(r"^\s*--(?:index|extra-index|find-links|trusted)|https?://", locks) == []
    assert all("--hash=sha256:" in lock.read_text() for lock in locks)


def test_migrations_are_linear():
    for app in APPS:
        numbers = [path.stem[:4] for path in (BASE_DIR / app / "migrations").glob("0*.py")]
        assert sorted(numbers) == [f"{number:04}" for number in range(1, len(numbers) + 1)], app


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX", "HACK"])
def test_nothing_is_left_for_later_in_the_code(word):
    assert matches(rf"\b{word}\b", OURS) == []


def test_the_way_in_can_be_run():
    assert os.access(BASE_DIR / ".ci" / "run", os.X_OK)
