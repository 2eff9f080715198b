"""Holds `withsecrets schema` to the parser, in both directions.

    python3 Tests/Schema/agreement.py REPOSITORY [SEED]

Every manifest in the tests and the documentation that the parser accepts, the schema accepts. Every mistake of
mistakes.yaml both refuse. And of random changes to those manifests the schema refuses none that the parser accepts, while
what the parser alone refuses is of a kind that no schema can express. The program is the `withsecrets` of PATH; it needs
python3-jsonschema and python3-yaml.
"""

import copy
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import jsonschema
import yaml

CHANGES = 300

# What a schema cannot tell: it knows no names that stand elsewhere, no files, and no language inside a text.
BEYOND_A_SCHEMA = re.compile(
    r"unknown provider|not a reference|an empty reference|needs a path|takes no path|option|field|JSON Pointer"
    r"|is not followed by two|quote|no command|\$|template|not a regular expression|cannot read|is a folder"
    r"|extend|has no profile|is another kind|is a kind of provider|so it is written as a reference|key .* twice"
    r"|the control character|a list under the name of no 'exec'|other keys stand beside a command|stands twice|'count' has to be|is no address|is no fingerprint"
)


class Loader(yaml.SafeLoader):
    """YAML 1.2's core schema, as editors read it; PyYAML's own is that of 1.1."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
]:
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), first)
Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))


def manifests(repository):
    """What looks like a manifest in the scripts, in blocks of the documentation and among the examples."""
    for path in sorted(repository.glob("Tests/CommandTests/Scripts/*.txt")):
        for name, text in re.findall(r"^-- (\S+) --\n(.*?)(?=^-- \S+ --$|\Z)", path.read_text(), re.S | re.M):
            if name.endswith((".yaml", ".yml")) and re.search(r"^version:", text, re.M):
                yield f"{path.name}/{name}", text
    pages = [repository / "README.md", *repository.glob("docs/**/*.md"), *repository.glob("examples/**/*.md")]
    for path in sorted(pages):
        for index, text in enumerate(re.findall(r"```yaml\n(version: 1\n.*?)```", path.read_text(), re.S)):
            yield f"{path.name}#{index}", text
    for path in sorted(repository.glob("examples/**/withsecrets.yaml")):
        yield str(path.relative_to(repository)), path.read_text()


def messages(text, folder):
    """What the parser has to say, or nothing."""
    path = folder / "manifest.yaml"
    path.write_text(text)
    program = subprocess.run(
        ["withsecrets", "check", "--offline", "--json", "-f", path.name],
        cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )
    report = json.loads(program.stdout)
    found = [one["message"] for one in report["problems"] if one["level"] == "error"]
    assert (program.returncode == 0) == (not found), (program, text)
    return found


def parsed(text):
    try:
        return yaml.load(text, Loader)
    except yaml.YAMLError:
        return None


def names_a_command(node):
    """Whether a list stands alone under a name, which may be an `exec` provider of the user's own for all a schema knows."""
    if isinstance(node, dict):
        return any(isinstance(value, dict) and len(value) == 1 and isinstance([*value.values()][0], list)
                   or names_a_command(value) for value in node.values())
    return isinstance(node, list) and any(names_a_command({"": value}) for value in node)


def places(node, path=()):
    yield path
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from places(child, (*path, key))


def changed(document, pick):
    """The document with one thing altered: a key, or what stands under one."""
    document = copy.deepcopy(document)
    path = pick.choice([path for path in places(document) if path])
    parent = document
    for key in path[:-1]:
        parent = parent[key]
    last = path[-1]
    if isinstance(parent, dict) and pick.random() < 0.4:
        words = ["from", "value", "mask", "kind", "env", "path", "NAME", "WITHSECRETS_X", "9lives", "exec", "file"]
        name = pick.choice([str(last)[:-1], f"{last}x", str(last).upper(), pick.choice(words)])
        parent[name] = parent.pop(last)
    elif pick.random() < 0.15:
        del parent[last]
    else:
        parent[last] = pick.choice(
            [None, True, 5, -1, 0.5, "", "x y", "env", "env:A", "30s", "\a", [], {}, [parent[last]], {"from": "env"},
             {"exec": ["a", "b"]}, {"file": {"mode": "0440"}}, {"value": 1, "from": "env"}, "next", "yes", ["a", 1]]
        )
    return document


def main():
    repository = pathlib.Path(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    schema = json.loads(subprocess.run(["withsecrets", "schema"], capture_output=True, check=True).stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    failures, accepted, both = [], [], 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for where, text in manifests(repository):
            if messages(text, folder):
                continue
            document = parsed(text)
            accepted.append(document)
            for error in validator.iter_errors(document):
                failures.append(f"{where}: the parser accepts it, the schema says: {error.message}")
        assert len(accepted) > 100, "there are hardly any manifests"

        mistakes = yaml.load((repository / "Tests/Schema/mistakes.yaml").read_text(), yaml.BaseLoader)
        for name, text in mistakes.items():
            if not messages(text, folder):
                failures.append(f"mistakes.yaml: the parser accepts '{name}'")
            if validator.is_valid(parsed(text)):
                failures.append(f"mistakes.yaml: the schema accepts '{name}'")

        pick = random.Random(seed)
        for _ in range(CHANGES):
            document = changed(pick.choice(accepted), pick)
            text = json.dumps(document, ensure_ascii=False, indent=1)
            found = messages(text, folder)
            if validator.is_valid(document):
                unexpected = [one for one in found if not BEYOND_A_SCHEMA.search(one)]
                if names_a_command(document):
                    unexpected = [one for one in unexpected if not one.startswith("unknown key")]
                if unexpected:
                    failures.append(f"seed {seed}: the schema accepts, the parser says {unexpected}:\n{text}")
            elif found:
                both += 1
            else:
                error = jsonschema.exceptions.best_match(validator.iter_errors(document))
                failures.append(f"seed {seed}: the parser accepts, the schema says: {error.message}\n{text}")
        assert both > CHANGES / 4, "hardly any change was a mistake"

    print("\n".join(failures))
    print(f"{len(accepted)} manifests, {len(mistakes)} mistakes, {CHANGES} changes of which both refuse {both}")
    sys.exit(1 if failures else 0)


main()
