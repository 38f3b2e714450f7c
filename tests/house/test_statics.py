"""Scripts as production serves them: a page never runs modules of two deployments."""

import re
import shutil
from os.path import normpath
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage

from config.statics import HashedFiles

IMPORT = re.compile(r"""\b(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""")


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """Our scripts, as they are written."""
    folder = tmp_path / "written"
    shutil.copytree(settings.BASE_DIR / "static" / "js", folder / "js")
    return folder


def collect(scripts: Path, to: Path) -> dict[str, str]:
    """Return the hashed name of each script, written below `to`."""
    shutil.copytree(scripts, to)
    written = FileSystemStorage(scripts)
    paths = {
        str(file.relative_to(scripts)): (written, str(file.relative_to(scripts)))
        for file in scripts.rglob("*.js")
    }
    storage = HashedFiles(location=to, base_url="/static/")
    done = list(storage.post_process(paths))
    assert [outcome for _name, _hashed, outcome in done if isinstance(outcome, Exception)] == []
    return {name: storage.hashed_files[name] for name in paths}


def test_modules_import_each_other_by_their_hashed_names(scripts: Path, tmp_path: Path):
    hashed = collect(scripts, tmp_path / "served")

    imported = {
        normpath(Path(name).parent / one)
        for name in hashed.values()
        for one in IMPORT.findall((tmp_path / "served" / name).read_text())
    }
    assert imported <= set(hashed.values())
    assert {hashed["js/seats/hall.js"], hashed["js/live.js"]} <= imported


def test_a_module_is_called_anew_when_one_that_it_imports_changes(scripts: Path, tmp_path: Path):
    before = collect(scripts, tmp_path / "before")
    with (scripts / "js" / "seats" / "names.js").open("a") as file:
        file.write("// changed\n")

    after = collect(scripts, tmp_path / "after")

    moved = {name for name in before if before[name] != after[name]}
    assert {"js/seats/names.js", "js/seats/hall.js", "js/seats/page.js"} <= moved
    assert "js/live.js" not in moved
