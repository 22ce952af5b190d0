"""A page in headless Chromium, asked through its DevTools: what it logs, and
how wide it is."""

import base64
import json
import os
import shutil
import socket
import subprocess
import tempfile
import urllib.request

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")


class WebSocket:
    """Enough of RFC 6455 for one conversation with a program on this machine.
    """

    def __init__(self, port, path):
        self._socket = socket.create_connection(("127.0.0.1", port), 60)
        key = base64.b64encode(os.urandom(16)).decode()
        self._socket.sendall((
            "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: %s\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n" % (path, port, key)).encode())
        self._file = self._socket.makefile("rb")
        if b" 101 " not in self._file.readline():
            raise OSError("it does not speak WebSocket")
        while self._file.readline().strip():
            pass

    def send(self, text):
        data = text.encode()
        size = len(data)
        length = bytes([0x80 | size]) if size < 126 else (
            bytes([0x80 | 126]) + size.to_bytes(2, "big"))
        # A mask of zeros leaves the bytes as they are.
        self._socket.sendall(b"\x81" + length + bytes(4) + data)

    def receive(self):
        """The next message: one frame, as a server of this kind sends them."""
        _, length = self._file.read(2)
        if length > 125:
            length = int.from_bytes(
                self._file.read(2 if length == 126 else 8), "big")
        return self._file.read(length).decode()

    def close(self):
        self._file.close()
        self._socket.close()


class Browser:
    """Use as a context."""

    def __enter__(self):
        self._profile = tempfile.TemporaryDirectory(
            dir=os.environ.get("TEST_TMPDIR"), ignore_cleanup_errors=True)
        self._child = subprocess.Popen(
            [PROGRAM, "--headless", "--no-sandbox", "--disable-gpu",
             "--disable-dev-shm-usage", "--remote-debugging-port=0",
             "--user-data-dir=" + self._profile.name, "about:blank"],
            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
            env={**os.environ, "HOME": self._profile.name})
        said = []
        for line in self._child.stderr:
            said.append(line)
            if line.startswith("DevTools listening on "):
                break
        else:
            raise OSError("Chromium did not start: " + "".join(said))
        address = line.split()[-1]
        port = int(address.split(":")[2].split("/")[0])
        with urllib.request.urlopen(
                "http://127.0.0.1:%d/json" % port) as answer:
            page = next(target for target in json.load(answer)
                        if target["type"] == "page")
        path = "/" + page["webSocketDebuggerUrl"].split("/", 3)[3]
        self._socket = WebSocket(port, path)
        self._number = 0
        self.events = []
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(domain + ".enable")
        return self

    def __exit__(self, *_):
        self._socket.close()
        self._child.kill()
        self._child.stderr.close()
        self._child.wait()
        self._profile.cleanup()

    def ask(self, method, **parameters):
        self._number += 1
        self._socket.send(json.dumps({
            "id": self._number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.receive())
            if message.get("id") == self._number:
                return message["result"]
            self.events.append(message)

    def open(self, path, width, scheme):
        """A file at so many pixels, light or dark, once it is loaded."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=900,
                 deviceScaleFactor=1, mobile=False)
        self.ask("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": scheme}])
        self.events = []
        self.ask("Page.navigate", url="file://" + path)
        while not self.of_kind("Page.loadEventFired"):
            self.events.append(json.loads(self._socket.receive()))

    def of_kind(self, method):
        return [event["params"] for event in self.events
                if event.get("method") == method]

    def value_of(self, expression):
        return self.ask("Runtime.evaluate", expression=expression,
                        returnByValue=True, awaitPromise=True,
                        userGesture=True)["result"].get("value")

    def complaints(self):
        """What went to the console, what was thrown, and what was loaded."""
        requests = [event["request"]["url"]
                    for event in self.of_kind("Network.requestWillBeSent")]
        return (self.of_kind("Runtime.consoleAPICalled") +
                self.of_kind("Runtime.exceptionThrown") +
                self.of_kind("Log.entryAdded") +
                [url for url in requests[1:] if not url.startswith("data:")])
