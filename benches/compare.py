"""Does one task with letterpress and its peers in turn, and prints medians, ratios and peak memory as Markdown."""
import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
PEERS = HERE / "peers"
sys.path.insert(0, str(PEERS))

import contract  # noqa: E402

# What must be free on the disk for each event: seeds (0.54 kB as CSV), one program's output (1.9 kB) and what it spills.
BYTES_PER_EVENT = 3_500


@dataclass
class Run:
    """What one run of a program cost, and what it left behind."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    output_bytes: dict


@dataclass
class Program:
    """A way to do the task; `command` is given a folder that does not exist yet and is removed afterwards."""

    name: str
    command: object
    folder: Path | None = None


def run(program, scratch):
    """Runs a program in a fresh scratch folder, with what was written before safe on the disk."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    os.sync()
    with open(scratch / "said", "w+") as said:
        begin = time.perf_counter()
        process = subprocess.Popen(program.command(scratch), cwd=program.folder, stdout=said, stderr=said)
        # wait4 gives the usage of this child and of what it waited for. A child's peak is never below this program's own
        # size, about 25 MiB, because it begins as a copy of it.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            said.seek(0)
            sys.exit(f"{program.name} ended with {process.returncode}: {said.read()[-2000:]}")
    written = output_bytes(scratch)
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, written)


def output_bytes(folder):
    """Bytes of the published files by ending."""
    sizes = {}
    for path in folder.rglob("*"):
        if path.suffix in (".csv", ".parquet", ".jsonld"):
            sizes[path.suffix] = sizes.get(path.suffix, 0) + path.stat().st_size
    return sizes


def alternate(programs, repeats, scratch):
    """Runs every program so many times, in turn, so that a slow minute of the machine meets all of them."""
    runs = {program.name: [] for program in programs}
    for round_number in range(repeats):
        turn = round_number % len(programs)
        for program in programs[turn:] + programs[:turn]:
            runs[program.name].append(run(program, scratch))
            shutil.rmtree(scratch)
    return runs


def project(arguments, size):
    """The contract with seeds for so many events; made once, for each version of the generator."""
    sources = sorted([HERE / "generator.rs", *(HERE / "generator").glob("*.rs")])
    version = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:8]
    folder = arguments.work / f"{arguments.format}-{size}-{version}"
    shutil.rmtree(folder / "schema", ignore_errors=True)
    shutil.copytree(HERE / "contract" / "schema", folder / "schema")
    contract.write(folder / "schema", folder / "contract.json")
    seeds = folder / "seeds"
    if not seeds.is_dir():
        part = folder / "seeds.part"
        shutil.rmtree(part, ignore_errors=True)
        written = "csv" if arguments.format == "parquet" else arguments.format
        subprocess.run([arguments.generator, part, str(size), "--format", written], check=True)
        if arguments.format == "parquet":
            # By a program that is not ours; what the peers then read is what we read.
            as_parquet = [sys.executable, PEERS / "as_parquet.py", folder / "contract.json", part]
            subprocess.run(as_parquet, check=True)
        part.rename(seeds)
    for path in seeds.iterdir():
        # Into the page cache, as far as it is large enough.
        with open(path, "rb") as file:
            while file.read(1 << 20):
                pass
    return folder


def letterpress(arguments):
    name = subprocess.run([arguments.binary, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    memory = ["--memory", arguments.memory] if arguments.memory else []
    return name, [arguments.binary, "--quiet", "--jobs", str(arguments.threads)], memory


def publishers(arguments, folder):
    """letterpress and the peers, building the project or only checking it."""
    name, binary, memory = letterpress(arguments)
    checks = arguments.task == "check"
    rest = ["--project", folder, *memory]
    if checks:
        yield Program(name, lambda _: [*binary, "check", *rest])
    else:
        yield Program(name, lambda scratch: [*binary, "publish", "--out", scratch / "out", *rest])
    common = ["--format", arguments.format, "--threads", str(arguments.threads), *(["--check"] if checks else [])]
    inputs = [folder / "contract.json", folder / "seeds"]
    if "duckdb" in arguments.peers:
        duckdb = [sys.executable, PEERS / "with_duckdb.py", *inputs]
        name = f"DuckDB {version('duckdb')}"
        yield Program(name, lambda scratch: [*duckdb, scratch / "out", scratch / "spilt", *common, *memory])
    # Polars has no limit to set.
    if "polars" in arguments.peers and not arguments.memory:
        polars = [sys.executable, PEERS / "with_polars.py", *inputs]
        yield Program(f"Polars {version('polars')}", lambda scratch: [*polars, scratch / "out", *common])


def verifiers(arguments, folder):
    """Programs that hash a release, which is built for them."""
    name, binary, memory = letterpress(arguments)
    out = arguments.work / "release"
    shutil.rmtree(out, ignore_errors=True)
    build = [*binary, "publish", "--out", out, "--project", folder, *memory]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    (release,) = [path for path in out.iterdir() if path.is_dir()]
    yield Program(name, lambda _: [*binary, "verify", release])
    yield Program("sha256sum -c", lambda _: ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], release)
    sums = [sys.executable, PEERS / "sums.py", release, str(arguments.threads)]
    yield Program("OpenSSL, file by file on all cores", lambda _: sums)


def hashing_rate(threads):
    """Bytes that OpenSSL hashes in a second on so many cores, from memory."""
    data = bytes(8 << 20)

    def work(_):
        count, begin = 0, time.perf_counter()
        while time.perf_counter() - begin < 1:
            hashlib.sha256(data)
            count += 1
        return count * len(data) / (time.perf_counter() - begin)

    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(work, range(threads)))


def same_rows(arguments, folder):
    """Compares what letterpress and DuckDB publish of the project, value by value."""
    scratch = arguments.work / "same"
    ours, theirs, *_ = publishers(arguments, folder)
    folders = []
    for program in (ours, theirs):
        run(program, scratch / program.name)
        folders.append(scratch / program.name)
    tables = [table["name"] for table in contract.load(folder / "contract.json")["tables"]]
    subprocess.run([sys.executable, PEERS / "same.py", *folders, *tables], check=True)
    shutil.rmtree(scratch)


def table(runs):
    """The runs as Markdown; the first program is the one that the others are compared with."""
    names = list(runs)
    middle = {name: median(run.seconds for run in runs[name]) for name in names}
    endings = [ending for ending in (".csv", ".parquet", ".jsonld") if runs[names[0]][0].output_bytes.get(ending)]
    shown = [f"`{ending}`" for ending in endings]
    titles = ["program", "median", "fastest to slowest", "CPU", "peak memory", *shown, "time against ours"]
    yield row(titles)
    yield row(["---"] + ["---:"] * (len(titles) - 1))
    for name in names:
        seconds = sorted(run.seconds for run in runs[name])
        yield row([
            name,
            f"{middle[name]:.2f} s",
            f"{seconds[0]:.2f} to {seconds[-1]:.2f}",
            f"{median(run.cpu_seconds for run in runs[name]):.2f} s",
            f"{max(run.peak_bytes for run in runs[name]) / 2**20:.0f} MiB",
            *(f"{runs[name][0].output_bytes[ending] / 1e6:.1f} MB" for ending in endings),
            "1" if name == names[0] else f"{middle[name] / middle[names[0]]:.2f}",
        ])


def row(cells):
    return f"| {' | '.join(cells)} |"


def log(path, arguments, size, runs):
    """Adds a line of JSON for each program, for plot.py."""
    with open(path, "a") as file:
        for name, of_program in runs.items():
            facts = {
                "task": arguments.task, "events": size, "format": arguments.format, "memory": arguments.memory,
                "threads": arguments.threads, "program": name,
                "seconds": [run.seconds for run in of_program], "peak_bytes": [run.peak_bytes for run in of_program],
            }  # fmt: skip
            file.write(json.dumps(facts) + "\n")


def compare(arguments, size):
    folder = project(arguments, size)
    scratch = arguments.work / "scratch"
    limit = f", at most {arguments.memory}" if arguments.memory else ""
    print(f"\n{arguments.task}, {size:,} events as {arguments.format}, {arguments.threads} threads{limit}; "
          f"runs of each: {arguments.repeats}, in turn\n")  # fmt: skip
    programs = list((verifiers if arguments.task == "verify" else publishers)(arguments, folder))
    runs = alternate(programs, arguments.repeats, scratch)
    print("\n".join(table(runs)))
    if arguments.task == "verify":
        size_bytes = sum(p.stat().st_size for p in (arguments.work / "release").rglob("*") if p.is_file())
        rate = hashing_rate(arguments.threads)
        limit = f"{rate / 1e9:.2f} GB/s from memory, this release in {size_bytes / rate:.2f} s"
        print(f"\n{size_bytes / 1e9:.2f} GB; OpenSSL hashes {limit}")
        shutil.rmtree(arguments.work / "release")
    if arguments.log:
        log(arguments.log, arguments, size, runs)
    if arguments.same:
        same_rows(arguments, folder)


def events(text):
    return int(float(text))


def main():
    parser = argparse.ArgumentParser(prog="publish.sh", description=__doc__)
    parser.add_argument("--task", choices=["build", "check", "verify"], default="build")
    parser.add_argument("--size", type=events, nargs="+", default=[1_000_000], help="numbers of events (default: 1e6)")
    parser.add_argument("--format", choices=["csv", "ndjson", "parquet"], default="csv", help="of the seeds")
    parser.add_argument("--repeats", type=int, default=3, metavar="N", help="runs of each program (default: 3)")
    parser.add_argument("--memory", metavar="LIMIT", help="for letterpress and DuckDB, as 2GiB; leaves out Polars")
    cores = len(os.sched_getaffinity(0))
    parser.add_argument("--threads", type=int, default=cores, metavar="N", help=f"default: all cores, here {cores}")
    parser.add_argument("--peers", choices=["duckdb", "polars"], nargs="*", default=["duckdb", "polars"])
    parser.add_argument("--same", action="store_true", help="also compare our values with DuckDB's, one by one")
    parser.add_argument("--log", type=Path, metavar="FILE", help="add the figures to FILE, for plot.py")
    parser.add_argument("--work", type=Path, required=True, help="folder for seeds and outputs; publish.sh gives one")
    parser.add_argument("--binary", required=True, help="letterpress to measure; publish.sh builds it")
    parser.add_argument("--generator", required=True, help="program that makes the seeds; publish.sh builds it")
    arguments = parser.parse_args()
    if arguments.same and (arguments.task != "build" or "duckdb" not in arguments.peers):
        parser.error("--same compares what `--task build` publishes with DuckDB's")
    # In step with what other programs print, also into a file.
    sys.stdout.reconfigure(line_buffering=True)
    arguments.work.mkdir(parents=True, exist_ok=True)
    for size in arguments.size:
        needed, free = size * BYTES_PER_EVENT, shutil.disk_usage(arguments.work).free
        if free < needed:
            sys.exit(f"{size:,} events need {needed / 1e9:.0f} GB on the disk, and {free / 1e9:.0f} GB are free")
        compare(arguments, size)


main()
