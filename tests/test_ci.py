"""What CI needs: a lock file with all that `requirements.txt` needs, and tests where it looks."""

import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PIN = re.compile(r"(?P<requirement>\S+==\S+( ; [^\\]+)?) \\(?P<hashes>(\n    --hash=\S+( \\)?)+)\n")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}( \\)?")


def wanted() -> list[Requirement]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def locked() -> dict[str, str]:
    """{package: version} of the lock file, all of whose lines are understood."""
    text = (ROOT / ".ci" / "requirements.lock").read_text(encoding="utf-8")
    text = "".join(line for line in text.splitlines(True) if not line.startswith("#"))
    pins = list(PIN.finditer(text))
    assert "".join(pin.group() for pin in pins) == text, "every line is a version with hashes"
    for pin in pins:
        assert all(HASH.fullmatch(line.strip()) for line in pin["hashes"].strip().splitlines())
    found = [Requirement(pin["requirement"]) for pin in pins]
    return {
        canonicalize_name(one.name): next(iter(one.specifier)).version
        for one in found
        if one.marker is None or one.marker.evaluate()
    }


def test_the_locked_versions_are_those_that_the_requirements_allow():
    versions = locked()
    for requirement in wanted():
        version = versions.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is not locked"
        assert requirement.specifier.contains(version), f"{requirement}: {version} is locked"


@pytest.mark.parametrize("name", sorted(locked()))
def test_what_a_locked_package_needs_is_locked_too(name):
    """As the installed version says; `pip --require-hashes` refuses an incomplete file."""
    versions = locked()
    for text in metadata.requires(name) or ():
        needed = Requirement(text)
        if needed.marker is None or needed.marker.evaluate({"extra": ""}):
            version = versions.get(canonicalize_name(needed.name))
            assert version, f"{name} needs {needed}"
            if metadata.version(name) == versions[name]:
                assert needed.specifier.contains(version, prereleases=True), f"{name}: {needed}"


def test_the_tests_that_ci_runs_beside_the_others_exist():
    (paths,) = re.findall(r"^aside=\((.+)\)$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    assert paths.split() and all((ROOT / path).exists() for path in paths.split())
