"""docs/how-to/write-a-pack.md, followed to its end in an empty folder.

Python blocks run in this process; what a terminal shows runs in one, where installing
does what an installer does to entry points, and no more.
"""

import contextlib
import io
import os
import re
import subprocess
import sys
import tomllib

import pack_samples as samples

BLOCK = re.compile(r"^```([\w-]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def install(folder):
    """Write what is recorded of an editable distribution, as of now."""
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    points = [
        f"{group} {name} = {value}"
        for group, named in project["entry-points"].items()
        for name, value in named.items()
    ]
    samples.record(folder, project["name"].replace("-", "_"), *points)


def as_pattern(shown):
    pattern = re.escape(shown).replace(re.escape("\n...\n"), "\n(.*\n)*")
    pattern = re.sub(r"\A\\\.\\\.\\\.\\\n", "(?s:.*)", pattern)
    return pattern.replace(r"\ \.\.\.", ".*")


def shell(command, folder):
    """Run a command as a terminal in *folder* would; return all that it prints."""
    if command.startswith("pip install"):
        install(folder)
        return ""
    command = command.replace("amberkit ", "python -m amberkit ", 1)
    command = command.replace("python ", f"{sys.executable} ", 1)
    path = os.pathsep.join([str(folder), *filter(None, sys.path)])
    ran = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path, "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return ran.stdout


def test_the_page_leads_to_an_installed_and_tested_pack(root, tmp_path, monkeypatch):
    page = (root / "docs/how-to/write-a-pack.md").read_text("utf-8")
    monkeypatch.chdir(tmp_path)
    namespace = {"__name__": "page"}
    ran = []
    for kind, block in BLOCK.findall(page):
        if kind == "python":
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(block, "write-a-pack.md", "exec"), namespace)
        if kind == "shell-session":
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, _, shown = part.partition("\n")
                printed = shell(command, tmp_path)
                ran.append(command)

                if not command.startswith("pip"):
                    assert re.fullmatch(as_pattern(shown), printed), printed
    assert len(ran) == 8
