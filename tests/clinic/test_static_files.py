"""Scripts cut into modules: each part is imported by the name that changes with its content."""

import re
from pathlib import Path

from django.test import override_settings

from clinic.lib.static_files import HashedFiles

ROOT = Path(__file__).parents[2]
IMPORTED = re.compile(r"""(?:from|import)\s+["'](\.[^"']+)["']""")


def test_modules_of_ours_import_each_other_by_hashed_names(tmp_path: Path) -> None:
    with override_settings(STATIC_ROOT=tmp_path, STATICFILES_DIRS=[ROOT / "static"], DEBUG=False):
        storage = HashedFiles(location=tmp_path)
        names = [str(path.relative_to(ROOT / "static")) for path in (ROOT / "static" / "js").rglob("*.js")]
        for name in names:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes((ROOT / "static" / name).read_bytes())
        made = storage.post_process({name: (storage, name) for name in names})
        done = {name: hashed for name, hashed, _ in made if hashed.endswith(".js")}
        chart = (tmp_path / done["js/bodychart.js"]).read_text()
    imported = IMPORTED.findall(chart)
    assert len(imported) > 5
    assert [name for name in imported if not re.search(r"\.[0-9a-f]{12}\.js$", name)] == []


def test_every_module_a_script_imports_exists() -> None:
    folder = ROOT / "static" / "js"
    missing = [
        (script.name, name)
        for script in folder.rglob("*.js")
        for name in IMPORTED.findall(script.read_text())
        if not (script.parent / name).exists()
    ]
    assert missing == []
