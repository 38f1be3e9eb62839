"""A Chromium that is driven through its pipe: nothing to install but the browser itself."""

import fcntl
import itertools
import json
import os
import select
import shutil
import subprocess

FOUND = next(
    (p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), ""
)

UNTIL = """new Promise((done) => {
    const look = () => {
        const root = document.documentElement;
        return %s ? done() : setTimeout(look, 5);
    };
    look();
})"""
CHOOSE = f"""(async () => {{
    const slider = document.getElementById("time"), began = performance.now();
    slider.value = 12 * YEAR;
    slider.dispatchEvent(new Event("input"));
    await {UNTIL % "root.dataset.time == 12 * YEAR"};
    return performance.now() - began;
}})()"""


class Browser:
    """One page in a browser without network; `told` is what it says by itself."""

    def __init__(self, folder, *more):
        to_us, to_it = os.pipe(), os.pipe()
        flags = (
            "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
            "--no-first-run", "--disable-background-networking", "--disable-dev-shm-usage",
            f"--user-data-dir={folder}",
        )  # fmt: skip

        theirs = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (to_it[0], to_us[1])]

        def as_it_expects():
            for end, number in zip(theirs, (3, 4), strict=True):
                os.dup2(end, number)

        self.process = subprocess.Popen(
            [FOUND, *flags, *more], close_fds=False, preexec_fn=as_it_expects,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for end in (*theirs, to_it[0], to_us[1]):
            os.close(end)
        self._in, self._out = os.fdopen(to_it[1], "wb"), os.fdopen(to_us[0], "rb")
        self._buffer, self._count, self.told, self._session = b"", itertools.count(1), [], {}
        target = self("Target.createTarget", url="about:blank")["targetId"]
        opened = self("Target.attachToTarget", targetId=target, flatten=True)
        self._session = {"sessionId": opened["sessionId"]}
        for domain in ("Page", "Runtime", "Log", "Network"):
            self(f"{domain}.enable")
        self("Network.emulateNetworkConditions", offline=True, latency=0,
             downloadThroughput=-1, uploadThroughput=-1)  # fmt: skip

    def __call__(self, method, **params):
        number = next(self._count)
        said = {"id": number, "method": method, "params": params, **self._session}
        self._in.write(json.dumps(said).encode() + b"\0")
        self._in.flush()
        while (answer := self._next()).get("id") != number:
            self.told.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def _next(self):
        while b"\0" not in self._buffer:
            ready = select.select([self._out], [], [], 20)[0]
            assert ready, f"the browser says nothing: {self.complaints()}"
            found = os.read(self._out.fileno(), 1 << 16)
            assert found, "the browser is gone"
            self._buffer += found
        one, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(one)

    def run(self, code):
        """Return what an expression comes to in the page; a promise is waited for."""
        done = self("Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    def open(self, path):
        """Open a file and wait until its figure has come to life."""
        self("Page.navigate", url=f"file://{path}")
        self.run(UNTIL % "root?.dataset.ready")

    def choose(self, year):
        """Move the slider to a year; return the milliseconds until all has moved."""
        return self.run(CHOOSE.replace("YEAR", str(year)))

    def size(self, wide, high):
        """Give the page a size, pixels."""
        self("Emulation.setDeviceMetricsOverride", width=wide, height=high,
             deviceScaleFactor=1, mobile=False)  # fmt: skip

    def press(self, key, code):
        """Press a key that moves what has the focus."""
        for kind in ("rawKeyDown", "keyUp"):
            self("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def complaints(self):
        """Return errors of scripts, of the console and of the security policy."""
        wrong = ("Runtime.exceptionThrown", "Log.entryAdded")
        return [one for one in self.told if one.get("method") in wrong]

    def requests(self):
        """Return what was fetched."""
        sent = [one for one in self.told if one.get("method") == "Network.requestWillBeSent"]
        return [one["params"]["request"]["url"] for one in sent]

    def close(self):
        self.process.terminate()
        self.process.wait(10)
        self._in.close()
        self._out.close()
