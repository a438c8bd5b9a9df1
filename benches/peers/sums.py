"""SHA-256 of every file below a folder by OpenSSL, on all cores: `sums.py FOLDER THREADS` prints what `sha256sum` would."""
import hashlib
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sums(folder, threads):
    """Lines of SHA256SUMS. The largest files come first, so that no core is left alone with one at the end."""
    files = [path for path in Path(folder).rglob("*") if path.is_file() and path.name != "SHA256SUMS"]
    files.sort(key=lambda path: -path.stat().st_size)
    with ThreadPoolExecutor(threads) as pool:
        digests = dict(zip(files, pool.map(digest, files)))
    return "".join(f"{digests[path]}  {path.relative_to(folder)}\n" for path in sorted(files))


if __name__ == "__main__":
    sys.stdout.write(sums(sys.argv[1], int(sys.argv[2])))
