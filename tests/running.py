"""Run the app as people do, in a process of its own, for tests and benchmarks."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A running app: `url` without a slash at its end, its process, its `LATENT_HOME` and its log."""

    url: str
    process: subprocess.Popen
    home: Path
    log: Path

    @property
    def live(self) -> str:
        """The live socket's address."""
        return self.url.replace("http", "ws", 1) + "/api/live"


@contextmanager
def running_server(
    home: Path, *flags: str, base_path: str = "", script: str = "app.py", installed: Path | None = None
) -> Iterator[Server]:
    """Run `streamlit run` with these flags until the block ends; raise with its log where it does not come up.

    installed: the folder that pip has put the wheel into; then its `latent-explorer` is run, outside of the checkout.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = [installed / "bin" / "latent-explorer"] if installed else [sys.executable, "-m", "streamlit", "run", script]
    command = [*start, "--server.port", str(port), *flags]
    environment = {name: value for name, value in os.environ.items() if name != "LATENT_DATA_DIR"}
    environment |= {"LATENT_HOME": str(home), "PYTHONPATH": str(installed or ROOT)}
    # No network, whatever the machine has: nobody listens there.
    environment |= dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    log = home / f"server-{port}.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, cwd=home if installed else ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        ) as process,
    ):
        server = Server(f"http://localhost:{port}{base_path}", process, home, log)
        try:
            _wait_until_healthy(server)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_until_healthy(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The server did not come up. Its log:\n{server.log.read_text()}")
