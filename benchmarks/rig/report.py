"""What a benchmark leaves: a table for people, and var/bench/NAME.json for programs."""

import json
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rig import ROOT

RESULTS = ROOT / "var" / "bench"

Case = Mapping[str, Any]


def machine() -> str:
    """Describe the machine in a line."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        )
        if Path("/proc/cpuinfo").exists()
        else iter(()),
        platform.processor(),
    )
    return f"{os.cpu_count()} cores, {cpu}, {platform.system()}, Python {platform.python_version()}"


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return median, least and most of `values`."""
    return {
        "median": round(statistics.median(values), 1),
        "min": round(min(values), 1),
        "max": round(max(values), 1),
    }


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` (0 to 1) of `values` lie."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def publish(name: str, cases: Sequence[Case], ratios: Mapping[str, float]) -> None:
    """Print the table of `cases` and write the file."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    whole = {"name": name, "machine": machine(), "cases": cases, "ratios": ratios}
    (RESULTS / f"{name}.json").write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n")
    print(f"\n{name} on {machine()}")
    columns = list(dict.fromkeys(column for case in cases for column in case))
    rows = [columns, *([_cell(case.get(column)) for column in columns] for case in cases)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(columns))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))
    for ratio, value in ratios.items():
        print(f"{ratio}: {value:.2f}")


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{value['median']:g} ({value['min']:g}–{value['max']:g})"
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
