"""A wire that can be cut: `python -m tests.faults.harness.relay PORT TARGET`, TARGET a HOST:PORT or a socket's path.

SIGUSR1 cuts the way back, SIGUSR2 mends it; what was underway then arrives.
"""

import contextlib
import signal
import socket
import sys
import threading


def _connected(target: str) -> socket.socket:
    if target.startswith("/"):
        far = socket.socket(socket.AF_UNIX)
        far.connect(target)
        return far
    host, _colon, port = target.rpartition(":")
    return socket.create_connection((host, int(port)))


def _pump(source: socket.socket, to: socket.socket, open_way: threading.Event | None) -> None:
    with contextlib.suppress(OSError):
        while words := source.recv(65536):
            if open_way:
                open_way.wait()
            to.sendall(words)
    with contextlib.suppress(OSError):
        to.shutdown(socket.SHUT_WR)


def main() -> None:
    """Carry words until killed."""
    port, target = sys.argv[1:]
    way_back = threading.Event()
    way_back.set()
    signal.signal(signal.SIGUSR1, lambda *_: way_back.clear())
    signal.signal(signal.SIGUSR2, lambda *_: way_back.set())
    with socket.create_server(("127.0.0.1", int(port))) as listening:
        while True:
            near, _address = listening.accept()
            try:
                far = _connected(target)
            except OSError:
                near.close()
                continue
            for words in ((near, far, None), (far, near, way_back)):
                threading.Thread(target=_pump, args=words, daemon=True).start()


if __name__ == "__main__":
    main()
