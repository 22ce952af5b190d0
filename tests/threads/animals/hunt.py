"""Hunts each animal of this folder with each search that there is, and writes
down what found it.

    hunt.py --lockstep PATH [--tsan PATH] --libraries FOLDER
            [--seconds 60] [--only NAME ...] [--json FILE] [--page FILE]

The libraries are those of `bazel build //tests/threads/animals:libraries`; with
--compile, clang makes them first. Every honest allocator is hunted as well, and
must hold, or say that nothing was shown: of a pool that shares nothing there is
nothing to choose.
"""

import argparse
import concurrent.futures
import json
import os
import re
import shlex
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
REPLAYS = 100
# Beyond the seconds of the search: for making a script shorter and running it
# again.
MOST_SECONDS_MORE = 240


def read_animals():
    """The name of each library, and a dict that describes it."""
    names = {}
    with open(os.path.join(HERE, "animals.bzl"), encoding="utf-8") as file:
        exec(file.read(), names)  # Literals only.
    animals = {
        base.partition(".")[0] + "_honest": {
            "base": base, "fault": "kHonest", "kind": "", "what": "", "by": []}
        for base in names["HONEST"]}
    return {**animals, **names["ANIMALS"]}


def compile_into(folder, animals):
    os.makedirs(folder, exist_ok=True)
    for name, animal in animals.items():
        is_cpp = animal["base"].endswith(".cc")
        compiler = ["clang++-19", "-std=c++23"] if is_cpp else ["clang-19"]
        subprocess.run(
            [*compiler, "-fsanitize=thread",
             "-mllvm", "-tsan-instrument-read-before-write=1", "-g", "-O1",
             "-fPIC", "-shared", "-fvisibility=hidden",
             "-DFAULT=" + animal["fault"], "-DANIMAL=" + name, "-I" + ROOT,
             "-I" + os.path.join(ROOT, "models", "door"),
             os.path.join(HERE, animal["base"]),
             "-o", os.path.join(folder, name + ".so")], check=True)


def read_again(report):
    """How often it came again: (many, of so many), or None."""
    found = re.search(r"# again +in (\d+) of ([\d,]+)", report)
    return found and [int(one.replace(",", "")) for one in found.groups()]


def read_script(script):
    """How many operations and switches a trace has."""
    lines = [line for line in script.splitlines()
             if line and not line.startswith(
                 ("#", "lockstep-trace", "component", "arena"))]
    return len(lines), sum(len(re.findall(r" @\d+=t\d", line)) for line in lines)


def run(words, seconds):
    """The result that a command prints as JSON, or what went wrong: a dict."""
    try:
        came = subprocess.run(words, capture_output=True, text=True,
                              check=False, timeout=seconds + MOST_SECONDS_MORE)
    except subprocess.TimeoutExpired:
        return {"verdict": "did not end", "seconds": seconds}
    try:
        return json.loads(came.stdout)
    except json.JSONDecodeError:
        return {"verdict": "failed", "seconds": 0, "stderr": came.stderr[-2000:]}


def hunt(options, name, search):
    """What one search makes of one animal: a dict. Until it is found, it is run by
    itself; how long it takes to make a script shorter is another matter."""
    program = options.tsan if search == "tsan" else options.lockstep
    command = "threads" if search == "tsan" else search
    library = os.path.join(options.libraries, name + ".so")
    once = {"schedules": "--times", "threads": "--runs"}[command]
    result = run([program, command, library, "--seconds", str(options.seconds),
                  "--seed", str(options.seed), "--json",
                  "--minimise-seconds", "0", once, "1"], options.seconds)
    row = {"verdict": result["verdict"], "seconds": result["seconds"],
           "details": result.get("details", {})}
    if "stderr" in result:
        row["stderr"] = result["stderr"]
    if not result.get("findings"):
        return row
    finding = result["findings"][0]
    row["rule"], row["came"] = finding["rule"], finding.get("came", "")
    row["found_by"] = finding.get("found_by", "")
    if command == "schedules":
        shorten(options, row)
    return row


def shorten(options, row):
    """The same again, made shorter and replayed."""
    words = shlex.split(row["found_by"])[1:]
    result = run([options.lockstep, *words, "--json", "--minimise-seconds", "20",
                  "--times", str(REPLAYS)], options.seconds)
    if not result.get("findings"):
        row["shorter"] = result["verdict"]
        return
    report = result["findings"][0]["report"]
    row["report"] = report
    row["operations"], row["switches"] = read_script(
        result["findings"][0]["script"])
    row["again"] = read_again(report)


def describe(row):
    """A cell of the table."""
    if row is None or row["verdict"] == "held":
        return "-"
    if "rule" not in row:
        return row["verdict"]
    seconds = row["seconds"]
    return f"`{row['rule']}`, {seconds:.1f} s"


def schedule_cells(row):
    if not row or "rule" not in row:
        return ["", "", ""]
    details = row["details"]
    again = row.get("again")
    return [f"{details['schedules']:,}",
            f"{row['operations']}, {row['switches']}" if again else "",
            f"{again[0]} of {again[1]}" if again else ""]


def table_of(animals, rows):
    lines = ["| animal | what is changed | kind | schedules | until found "
             "| ops, switches | replayed | threads | ThreadSanitizer |",
             "|---|---|---|---|---|---|---|---|---|"]
    for name, animal in animals.items():
        if animal["fault"] == "kHonest":
            continue
        mine = rows.get(name, {})
        cells = [f"`{name}`", animal["what"], animal["kind"],
                 describe(mine.get("schedules")),
                 *schedule_cells(mine.get("schedules")),
                 describe(mine.get("threads")), describe(mine.get("tsan"))]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def put_into(page, table):
    """In place of the table that the page has."""
    with open(page, encoding="utf-8") as file:
        text = file.read()
    text, count = re.subn(r"^\| animal \|.*\n(?:\|.*\n)+", lambda _: table, text,
                          flags=re.MULTILINE)
    if count != 1:
        sys.exit(f"{page}: it has {count} tables of animals, and should have 1")
    with open(page, "w", encoding="utf-8") as file:
        file.write(text)


def searches_of(options):
    searches = options.search or ["schedules", "threads", "tsan"]
    return [one for one in searches if one != "tsan" or options.tsan]


def is_found(row):
    return row is not None and row["verdict"] == "violated"


def summarise(animals, rows, searches):
    """Prints it; whether all is as it has to be."""
    is_well = True
    honest = [name for name in animals if animals[name]["fault"] == "kHonest"]
    for name in honest:
        for search, row in rows.get(name, {}).items():
            if row["verdict"] == "violated":
                print(f"{name}: {search} says {row['verdict']}", row.get("rule"))
                is_well = False
    hunted = [name for name in rows if name not in honest]
    for search in searches:
        found = [name for name in hunted if is_found(rows[name].get(search))]
        print(f"{search}: {len(found)} of {len(hunted)}")
    escaped = [name for name in hunted
               if not any(map(is_found, rows[name].values()))]
    print("escaped:", " ".join(escaped) or "none")
    return is_well and not escaped


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--lockstep", required=True)
    parser.add_argument("--tsan", help="the program with ThreadSanitizer")
    parser.add_argument("--libraries", required=True)
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--search", action="append")
    parser.add_argument("--only", nargs="*", help="parts of names")
    parser.add_argument("--json", help="read as well, if it is there")
    parser.add_argument("--page", help="with a table of animals, to be replaced")
    return parser.parse_args()


def main():
    options = read_options()
    animals = read_animals()
    wanted = {name: animal for name, animal in animals.items()
              if not options.only or any(part in name for part in options.only)}
    if options.compile:
        compile_into(options.libraries, wanted)
    rows = {}
    if options.json and os.path.exists(options.json):
        with open(options.json, encoding="utf-8") as file:
            rows = json.load(file)
    searches = searches_of(options)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        hunts = {pool.submit(hunt, options, name, search): (name, search)
                 for name in wanted for search in searches}
        for done in concurrent.futures.as_completed(hunts):
            name, search = hunts[done]
            rows.setdefault(name, {})[search] = done.result()
            print(name, search, describe(done.result()), flush=True)
            if options.json:
                with open(options.json, "w", encoding="utf-8") as file:
                    json.dump(rows, file, indent=1)
    if options.page:
        put_into(options.page, table_of(animals, rows))
    return 0 if summarise(animals, rows, searches) else 1


if __name__ == "__main__":
    sys.exit(main())
