"""What a phone keeps (localStorage and IndexedDB), as a file: taken from one browser, put into another."""

import json
from pathlib import Path
from typing import Any

from tests.faults.rows import ROOT

FOLDER = ROOT / "fixtures" / "releases"
# Bytes stand as {"$bytes": base64}; everything else in these stores is plain JSON.
TAKE = """async () => {
    const given = (request) => new Promise((done, failed) => {
        request.onsuccess = () => done(request.result)
        request.onerror = () => failed(request.error)
    })
    const text = (bytes) => {
        let said = ''
        for (const one of bytes) said += String.fromCharCode(one)
        return btoa(said)
    }
    const plain = (value) => {
        if (value instanceof ArrayBuffer) return {$bytes: text(new Uint8Array(value))}
        if (ArrayBuffer.isView(value)) return {$bytes: text(new Uint8Array(value.buffer))}
        if (Array.isArray(value)) return value.map(plain)
        if (value && typeof value === 'object')
            return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]))
        return value
    }
    const databases = []
    for (const {name, version} of await indexedDB.databases()) {
        if (!name.startsWith('meemap')) continue
        const db = await given(indexedDB.open(name))
        const stores = []
        for (const store of [...db.objectStoreNames]) {
            const read = db.transaction(store).objectStore(store)
            const [keys, values] = await Promise.all([given(read.getAllKeys()), given(read.getAll())])
            stores.push({name: store, keyPath: read.keyPath, rows: keys.map((key, at) => [key, plain(values[at])])})
        }
        db.close()
        databases.push({name, version, stores})
    }
    return {local: {...localStorage}, databases}
}"""
PUT = """async ({local, databases}) => {
    const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0)).buffer
    const rich = (value) => {
        if (Array.isArray(value)) return value.map(rich)
        if (value && typeof value === 'object')
            return '$bytes' in value ? bytes(value.$bytes)
                : Object.fromEntries(Object.entries(value).map(([key, one]) => [key, rich(one)]))
        return value
    }
    for (const [key, text] of Object.entries(local)) localStorage.setItem(key, text)
    for (const {name, version, stores} of databases)
        await new Promise((done, failed) => {
            const request = indexedDB.open(name, version)
            request.onerror = () => failed(request.error)
            request.onupgradeneeded = () => {
                for (const {name, keyPath, rows} of stores) {
                    const store = request.result.createObjectStore(name, keyPath ? {keyPath} : {})
                    for (const [key, value] of rows) keyPath ? store.put(rich(value)) : store.put(rich(value), key)
                }
            }
            request.onsuccess = () => { request.result.close(); done() }
        })
}"""


def take(page) -> dict[str, Any]:
    """What the phone behind this page keeps: {"local": {key: text}, "databases": [{"name", "version", "stores"}]}."""
    return page.evaluate(TAKE)


def put(page, url: str, kept: dict[str, Any]) -> None:
    """Make the browser of this page such a phone, before the product's pages have ever been opened in it."""
    page.route(f"{url}/nothing", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
    page.goto(f"{url}/nothing")
    page.evaluate(PUT, {"local": kept["local"], "databases": kept["databases"]})


def write(release: str, kept: dict[str, Any]) -> Path:
    path = FOLDER / f"{release}.phone.json"
    path.write_text(json.dumps({"release": release} | kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def stored() -> list[Path]:
    return sorted(FOLDER.glob("*.phone.json"))
