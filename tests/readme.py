#!/usr/bin/env python3
"""readme.py BINARY: runs what the documents show, in a copy of the project, and compares what they say comes out.

  python    is run, and must end well
  sql       is run by DuckDB, and must return rows
  console   lines after `$ ` are run one after the other by bash, in one folder for the block; what they print must be what
            stands below them. `…` stands for anything within a line
  yaml, sql, csv … that begin with a comment `# path`, `-- path` (or a word with a path behind the ```) are files of one
            project for each document, which `letterpress check` must pass and `publish` must publish. Other YAML must parse
Not run: `sh`, which takes minutes or installs something (tests/all.sh does what it shows), and `r`, because R is not asked
of who runs the tests. Links to files of the repository must lead somewhere.
"""
import contextlib
import io
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import duckdb
from ruamel.yaml import YAML

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "LICENSE.md", "ARCHITECTURE.md", *sorted(
    str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md"))]
NOT_RUN = {"sh", "r", "text"}


class Block:
    """A fenced block: its language, the path it is a file of (or none), its text, and its line in the document."""

    def __init__(self, info, text, line):
        self.language, _, path = info.partition(" ")
        first, _, rest = text.partition("\n")
        comment = re.fullmatch(r"(?:#|--) ((?:schema|seeds)/\S+)", first)
        self.path, self.text, self.line = path or (comment and comment[1]), rest if comment else text, line


def blocks(document):
    """The fenced blocks of a Markdown file."""
    text = (ROOT / document).read_text(encoding="utf-8")
    for match in re.finditer(r"^```([^\n`]+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield Block(match[1], match[2], text.count("\n", 0, match.start()) + 1)


def run_console(block, folder, environment):
    """Yields what differs between the transcript and what happens."""
    for step in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, expected = step.partition("\n")
        script = f"cd -- \"$(cat {folder}/.cwd)\"\n{command}\ncode=$?\npwd >{folder}/.cwd\nexit $code"
        done = subprocess.run(["bash", "-c", script], cwd=folder, env=environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        pattern = ".*".join(map(re.escape, expected.rstrip("\n").split("…")))
        if not re.fullmatch(pattern, done.stdout.rstrip("\n")):
            yield f"`{command}` prints:\n{done.stdout}"


def run_python(block, folder, environment):
    done = subprocess.run([sys.executable, "-c", block.text], cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode or not done.stdout:
        yield f"ends with {done.returncode}:\n{done.stdout}{done.stderr}"


def run_sql(block, folder):
    with contextlib.chdir(folder):
        if not duckdb.sql(block.text).fetchall():
            yield "returns no rows"


def parse_yaml(block):
    try:
        YAML(typ="safe").load(io.StringIO(block.text))
    except Exception as error:  # Whatever the parser objects to.
        yield str(error)


def check_project(files, folder, environment):
    """Writes the files that a document shows and publishes them."""
    for block in files:
        path = folder / block.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
    for verb in ("check", "publish"):
        done = subprocess.run(["letterpress", verb], cwd=folder, env=environment, capture_output=True, text=True)
        if done.returncode or "warning" in done.stderr:
            yield f"letterpress {verb}:\n{done.stdout}{done.stderr}"


def check_links(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        if not (ROOT / document).parent.joinpath(target).exists():
            yield f"the link to {target} leads nowhere"


def check_document(document, environment, work):
    problems = [f"{document}: {problem}" for problem in check_links(document)]
    files, count = [], 0
    for block in blocks(document):
        folder = work / f"{document.replace('/', '-')}-{block.line}"
        place = f"{document}, line {block.line}"
        found = []
        if block.path:
            files.append(block)
        if block.language == "yaml":
            found = parse_yaml(block)
        elif block.path or block.language in NOT_RUN:
            continue
        elif block.language in ("console", "python", "sql"):
            for part in ("schema", "seeds", "dist"):
                shutil.copytree(ROOT / part, folder / part)
            (folder / ".cwd").write_text(str(folder))
            found = run_sql(block, folder) if block.language == "sql" else {
                "console": run_console, "python": run_python}[block.language](block, folder, environment)
        else:
            found = [f"nobody knows how to check `{block.language}`"]
        count += 1
        problems += [f"{place}: {problem}" for problem in found]
    if files:
        problems += [f"{document}: {problem}" for problem in check_project(files, work / f"{document}-project", environment)]
    return count, problems


def main(binary):
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        (work / "bin").mkdir()
        (work / "bin/letterpress").symlink_to(pathlib.Path(binary).resolve())
        environment = {**os.environ, "PATH": f"{work}/bin:{os.environ['PATH']}", "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
        failures = 0
        for document in filter(lambda name: (ROOT / name).exists(), DOCUMENTS):
            count, problems = check_document(document, environment, work)
            print(f"{document}: {count} blocks, {len(problems)} problems", *problems, sep="\n  ")
            failures += len(problems)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
