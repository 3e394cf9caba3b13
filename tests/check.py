"""`make check`: lint, format, types, import contracts, missing migrations, templates; each is run, whatever failed."""

import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent
PYTHON = sys.executable
PARTS = (
    ("lint", [BIN / "ruff", "check", "--quiet", "--output-format", "concise", "."]),
    ("format", [BIN / "ruff", "format", "--check", "--quiet", "."]),
    ("types", [BIN / "mypy"]),
    ("import contracts", [BIN / "lint-imports", "--no-cache"]),
    ("settings", [PYTHON, "-m", "tests.manage", "check", "--fail-level", "WARNING"]),
    ("migrations", [PYTHON, "-m", "tests.manage", "makemigrations", "--check", "--dry-run"]),
    ("languages", [PYTHON, "-m", "tests.manage", "prepare_files", "--languages-only"]),
    ("template lint", [BIN / "djlint", "--lint", "--quiet", "templates"]),
    ("templates", [PYTHON, "-m", "tests.templates"]),
)


def main() -> int:
    """Run each part; print what a failing one said, and one line for each."""
    failed = []
    for name, command in PARTS:
        began_at = time.monotonic()
        ended = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
        verdict = "ok" if ended.returncode == 0 else "FAILED"
        if ended.returncode != 0:
            failed.append(name)
            print((ended.stdout + ended.stderr).strip())
        print(f"check {name}: {verdict} ({time.monotonic() - began_at:.1f} s)", flush=True)
    print(f"{len(PARTS)} checks: {len(PARTS) - len(failed)} ok, {len(failed)} failed {', '.join(failed)}".rstrip())
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
