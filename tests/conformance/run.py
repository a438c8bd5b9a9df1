#!/usr/bin/env python3
"""run.py WORK ENVIRONMENT: runs the validators of one environment (a module beside this file), two at a time.

WORK/releases/<name>/ are met by every validator; WORK/damaged/<name>/release/ by those that WORK/damaged/<name>/expected
names. Writes WORK/results/ENVIRONMENT.json: what each of them said of each release. `report.py` judges it.
"""
import importlib
import io
import json
import logging
import multiprocessing
import os
import pathlib
import sys
import tempfile
import time
import traceback
import warnings
from contextlib import redirect_stderr, redirect_stdout

from verdict import Absent, Remark, Skip


def run(job):
    """Runs one validator in the folder of a release, and returns what it said."""
    kind, name, release, validator, check = job
    began, said = time.monotonic(), io.StringIO()
    os.chdir(release)
    with redirect_stdout(said), redirect_stderr(said), tempfile.TemporaryDirectory() as scratch:
        tempfile.tempdir = scratch
        try:
            problems = list(check(pathlib.Path(release)))
            is_remark = all(isinstance(problem, Remark) for problem in problems)
            verdict = "pass" if is_remark else "fail"
        except (Absent, Skip) as reason:
            verdict, problems = type(reason).__name__.lower(), [str(reason)]
        except SystemExit as end:
            verdict, problems = ("fail", [f"exit: {end}", said.getvalue()[-500:]]) if end.code else ("pass", [])
        except Exception as error:  # a validator that falls over has not passed
            verdict, problems = "fail", [f"{type(error).__name__}: {error}", traceback.format_exc()[-700:]]
        finally:
            tempfile.tempdir = None
    return {"kind": kind, "release": name, "validator": validator, "verdict": verdict, "problems": [str(problem) for problem in problems[:8]],
            "seconds": round(time.monotonic() - began, 2)}


def jobs(work, validators):
    for folder in sorted((work / "releases").iterdir()):
        for name, (_, check) in validators.items():
            yield "release", folder.name, str(folder), name, check
    for folder in sorted((work / "damaged").iterdir()):
        expected = (folder / "expected").read_text(encoding="utf-8").splitlines()
        for name, (_, check) in validators.items():
            if name in expected:
                yield "damage", folder.name, str(folder / "release"), name, check


def main(work, environment):
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    validators = importlib.import_module(environment).VALIDATORS
    with multiprocessing.get_context("fork").Pool(2) as pool:
        results = list(pool.imap_unordered(run, jobs(work, validators)))
    versions = {name: version for name, (version, _) in validators.items()}
    document = {"versions": versions, "results": results}
    (work / "results" / f"{environment}.json").write_text(json.dumps(document), encoding="utf-8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2])
