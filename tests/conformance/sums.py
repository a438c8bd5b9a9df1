"""What every machine has: `sha256sum`; and beside it our own `verify`, which alone sees files that nothing lists."""
import os
import subprocess

from verdict import document


def output(command):
    """The lines of a command that failed; none when it went well."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return [] if done.returncode == 0 else (done.stderr + done.stdout).splitlines() or [f"exit code {done.returncode}"]


def sha256sum(release):
    for sums in ("SHA256SUMS", "manifest-sha256.txt", "tagmanifest-sha256.txt"):
        yield from output(["sha256sum", "--check", "--strict", "--quiet", document(release, sums).name])


def verify(release):
    return output([os.environ["LETTERPRESS"], "verify", str(release)])


def version(command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")[0].split()[-1]


VALIDATORS = {
    "sha256sum": (version(["sha256sum", "--version"]), sha256sum),
    "letterpress verify": (version([os.environ["LETTERPRESS"], "--version"]), verify),
}
