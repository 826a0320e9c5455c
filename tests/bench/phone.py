"""The volunteer's phone: Lighthouse, the first view on a bad line, the next from cache, without signal, *saved*."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from tests.bench.figures import ROOT, Figure, median, rounded
from tests.e2e.conftest import CHROMIUM, PHONE, installed, new_need
from tests.e2e.test_phone_faults import TAP

LIGHTHOUSE = "lighthouse@12.8.2"  # 13 needs Node 22; fetched when it is asked for, no part of the project
RUNS = 5
CPU = 4  # times slower than this machine: a cheap phone
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
CATEGORIES = {"performance": 95, "accessibility": 100, "best-practices": 100}


@contextmanager
def served() -> Iterator[str]:
    """The bench's database behind the server that the image starts; its address."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    process = subprocess.Popen(
        [*command, "--worker-class", "gthread", "--threads", "4", "--log-level", "error"], cwd=ROOT, env=os.environ
    )
    try:
        for _ in range(100):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def lighthouse(url: str, folder: Path) -> Iterator[Figure]:
    """Its mobile form (1.6 Mbit/s, 150 ms, CPU slowed 4 times), three runs; the middle of each score."""
    scores: dict[str, list[float]] = {name: [] for name in CATEGORIES}
    for run in range(3):
        path = folder / f"lighthouse-{run}.json"
        words = ["--output=json", f"--output-path={path}", "--quiet", f"--only-categories={','.join(CATEGORIES)}"]
        flags = "--chrome-flags=--headless=new --no-sandbox --disable-gpu"
        subprocess.run(
            ["npx", "--yes", LIGHTHOUSE, f"{url}/m/", *words, flags],
            check=True, timeout=300, cwd=folder, env=os.environ | {"CHROME_PATH": shutil.which("chromium") or ""},
        )  # fmt: skip
        found = json.loads(path.read_text("utf-8"))
        for name, said in found["categories"].items():
            scores[name].append(100 * said["score"])
        version = found["lighthouseVersion"]
    for name, wanted in CATEGORIES.items():
        how = f"Lighthouse {version} on /m/, mobile, three runs, the middle one."
        yield Figure(
            f"phone lighthouse {name}", 0, rounded(median(scores[name])), "of 100", 100, how, {}, f">= {wanted}"
        )


def seconds_until_usable(page: Page, open_it: Callable[[], Any]) -> float:
    """From the start of loading until the first question can be answered and the next one reached."""
    began = time.monotonic()
    open_it()
    expect(page.get_by_test_id("next")).to_be_enabled(timeout=60_000)
    expect(page.get_by_test_id("photo-input")).to_be_attached()
    return time.monotonic() - began


def slowed(context: BrowserContext, page: Page, line: dict[str, Any] | None) -> None:
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": CPU})
    if line:
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", line)


def views(url: str, browser) -> Iterator[Figure]:
    taken: dict[str, list[float]] = {"first": [], "again": [], "flight": [], "saved": []}
    for _ in range(RUNS):
        context = browser.new_context(viewport=PHONE, locale="th-TH", has_touch=True, reduced_motion="reduce")
        context.set_default_timeout(60_000)
        page = context.new_page()
        slowed(context, page, SLOW_3G)
        taken["first"].append(seconds_until_usable(page, lambda page=page: page.goto(f"{url}/m/", wait_until="commit")))
        page.close()

        page = context.new_page()  # the line is good until the service worker has everything
        page.goto(f"{url}/m/")
        installed(page)
        page.wait_for_load_state("networkidle")
        slowed(context, page, SLOW_3G)
        again = lambda page=page: page.goto(f"{url}/m/", wait_until="commit")  # noqa: E731
        taken["again"].append(seconds_until_usable(page, again))
        context.set_offline(True)
        taken["flight"].append(seconds_until_usable(page, again))
        taken["saved"].append(saved_ms(page))
        context.close()
    slow = f"CPU slowed {CPU} times, {RUNS} browsers, the median"
    line = "400 kbit/s with 400 ms"
    for name, unit, wanted, how in (
        ("first", "s", "<= 5", f"From nothing to the first question, {line}; {slow}."),
        ("again", "s", "<= 1", f"The same page once it is installed, {line}; {slow}."),
        ("flight", "s", "<= 3", f"The same page in flight mode; {slow}."),
        ("saved", "ms", "<= 150", f"From the tap on *send* to *saved* with a photo in flight mode; {slow}."),
    ):
        about = f"{how} Slowest {rounded(max(taken[name])):g} {unit}."
        yield Figure(f"phone {name}", 0, rounded(median(taken[name])), unit, None, about, {}, wanted)


def saved_ms(page: Page) -> float:
    """A need with a photo, as on any phone, in flight mode."""
    photo = ROOT / "docs" / "pictures" / "phone-th.png"
    page.get_by_test_id("photo-input").set_input_files(photo)
    expect(page.get_by_test_id("photo-preview")).to_be_visible()
    page.get_by_test_id("next").click()
    page.get_by_test_id("place-typed").click()
    page.get_by_test_id("lat-input").fill("19.41")
    page.get_by_test_id("lng-input").fill("97.71")
    page.get_by_test_id("next").click()
    for choice in ("village-unsure", "category-road"):
        page.get_by_test_id(choice).click()
        page.get_by_test_id("next").click()
    new_need(page)
    for choice in ("severity-4", "people-unsure"):
        page.get_by_test_id(choice).click()
        page.get_by_test_id("next").click()
    page.get_by_test_id("words-input").fill("สะพานไม้ผุ")
    page.get_by_test_id("next").click()
    expect(page.get_by_test_id("step-review")).to_be_visible()
    page.evaluate(TAP)
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("step-saved")).to_be_visible()
    return page.evaluate("window.savedMs")


def phone(_: int) -> Iterator[Figure]:
    with served() as url, tempfile.TemporaryDirectory() as folder:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
            yield from views(url, browser)
            browser.close()
        yield from lighthouse(url, Path(folder))
