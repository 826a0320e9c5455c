#!/usr/bin/env python3
"""The main job against a running demo, by plain HTTP and nothing installed.

    ./meemap demo &
    python3 tests/demo_story.py http://127.0.0.1:8000

A severity-5 pin at a point of district D comes back with its four places; the same again adds
nothing; D's tally and download have one more, a neighbour's none; D's score rises until D
passes a neighbour; a hidden place is in no answer.
"""

import json
import sys
import urllib.error
import urllib.request
import uuid

HOME = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"


def call(path: str, body: object = None) -> tuple[int, dict]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(HOME + path, data, {"Content-Type": "application/json"})
    request.method = "GET" if body is None else "PUT"
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.load(refusal)


def report(lng: float, lat: float, **properties: object) -> dict:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lng, lat]},
        "properties": {"category": "road", "severity": 5, "people": 900, **properties},
    }


def ranked() -> dict[str, dict]:
    return {row["code"]: row for row in call("/api/v1/ranking?level=district&within=58")[1]["results"]}


def ids(area: str) -> set[str]:
    return {feature["id"] for feature in call(f"/api/v1/pins.geojson?area={area}")[1]["features"]}


def check(claim: str, holds: bool) -> None:
    print(("  ok   " if holds else "  NOT  ") + claim, flush=True)
    if not holds:
        sys.exit(1)


def main() -> None:
    order = sorted(ranked().values(), key=lambda row: row["rank"])
    neighbour, d = order[-2]["code"], order[-1]["code"]
    before = ranked()
    village = call(f"/api/v1/areas?level=village&within={d}")[1]["results"][0]
    lng, lat = village["lng"], village["lat"]
    pin_id = uuid.uuid4()
    status, pin = call(f"/api/v1/pins/{pin_id}", report(lng, lat, village=village["code"]))
    about = pin.get("properties", {})
    check(f"a pin in {d} is received: 201", status == 201)
    check("it names village, subdistrict, district, province",
          (about["village"], about["subdistrict"], about["district"], about["province"])
          == (village["code"], village["code"][:6], d, "58"))  # fmt: skip
    check("the same again is 200", call(f"/api/v1/pins/{pin_id}", report(lng, lat, village=village["code"]))[0] == 200)
    check("another body is 409", call(f"/api/v1/pins/{pin_id}", report(lng, lat, severity=1))[0] == 409)
    after = ranked()
    check(f"{d} has one more", after[d]["pins"] == before[d]["pins"] + 1)
    check(f"{neighbour} has none more", after[neighbour]["pins"] == before[neighbour]["pins"])
    check("its download has it, the neighbour's not", str(pin_id) in ids(d) and str(pin_id) not in ids(neighbour))
    check("its score rises", after[d]["score"] > before[d]["score"])
    for _ in range(300):
        if ranked()[d]["rank"] < ranked()[neighbour]["rank"]:
            break
        call(f"/api/v1/pins/{uuid.uuid4()}", report(lng, lat))
    check("and it passes its neighbour", ranked()[d]["rank"] < ranked()[neighbour]["rank"])
    parts = ranked()[d]["parts"]
    check("its score is the sum of its parts", abs(sum(p["points"] for p in parts) - ranked()[d]["score"]) < 1e-9)
    hidden = uuid.uuid4()
    place = (round(lng + 0.001234, 6), round(lat + 0.001234, 6))
    call(f"/api/v1/pins/{hidden}", report(*place, category="care"))
    paths = (f"pins/{hidden}", f"pins?area={d}", f"pins.geojson?area={d}", f"pins/{hidden}/entries")
    told = json.dumps([call(f"/api/v1/{path}")[1] for path in paths])
    check("a hidden place is in no answer", str(place[0]) not in told and str(place[1]) not in told)
    status, refusal = call(f"/api/v1/pins/{uuid.uuid4()}", report(lat, lng))
    check("swapped coordinates are refused by name", (status, refusal["errors"][0]["code"]) == (400, "swapped"))


if __name__ == "__main__":
    main()
