"""The project around the library: its Makefile touches nothing that it didn't make, and its source archive is whole."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.skipif(not (ROOT / "Makefile").is_file(), reason="only the wheel is here")

THIS = ".".join(map(str, sys.version_info[:3]))


@pytest.fixture
def project(tmp_path):
    """Give a folder, with a blank in its path, that has our Makefile and as much else as that looks at."""
    if shutil.which("make") is None:
        pytest.skip("there's no make on this machine")
    folder = tmp_path / "a project"
    for name in ("requirements/dev.txt", "conftest.py", "pyproject.toml", "README.md", "CHANGELOG.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    for name in ("tests", "docs", "examples"):
        (folder / name).mkdir()
    shutil.copy(ROOT / "Makefile", folder)
    return folder


def make(project, *args):
    """Run make in *project*, as if no other make ran this; give its exit status and all that it said."""
    env = {key: value for key, value in os.environ.items() if key not in {"PYTHON", "VENV", "WHEEL_VENV"}}
    env = {key: value for key, value in env.items() if not key.startswith("MAKE") and key != "MFLAGS"}
    done = subprocess.run(  # noqa: S603
        [shutil.which("make"), *args],
        cwd=project,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def environment(project, name, version, python="#!/bin/sh\n"):
    """Put an environment called *name*, as Python *version* would make it, into *project*, stamped as up to date."""
    folder = project / name
    (folder / "bin").mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text(f"home = /usr/bin\nversion = {version}\n", encoding="utf-8")
    (folder / "bin" / "python").write_text(python, encoding="utf-8")
    (folder / "bin" / "python").chmod(0o755)
    (folder / ".tools").touch()
    return folder


@pytest.mark.parametrize(("name", "job"), [("VENV", "demo"), ("WHEEL_VENV", "test-wheel")])
def test_a_folder_that_is_no_environment_is_left_alone(project, name, job):
    """``make VENV=~/work``: what's in there is worth more than an environment."""
    (project / "precious").mkdir()
    (project / "precious" / "years of work").touch()
    status, told = make(project, job, f"{name}=precious", f"PYTHON={sys.executable}")
    assert status != 0
    assert "precious is there and is no virtual environment of Python: take it away, or name another folder" in told
    assert (project / "precious" / "years of work").exists()


@pytest.mark.parametrize("name", ["VENV", "WHEEL_VENV"])
@pytest.mark.parametrize("path", ["", "a b"])
def test_an_environment_has_one_name_without_blanks(project, name, path):
    """Each half of ``a b`` would be taken for a folder to make anew; nothing would be the root of the disk."""
    status, told = make(project, "help", f"{name}={path}")
    assert status != 0
    assert f'{name} is "{path}": write one path without blanks, such as make {name}=.venv' in told


@pytest.mark.parametrize(
    ("version", "args", "anew"),
    [
        (THIS, [f"PYTHON={sys.executable}"], False),
        ("3.2.1", [f"PYTHON={sys.executable}"], True),
        ("3.2.1", [], False),
    ],
)
@pytest.mark.parametrize(("name", "job"), [(".venv", "demo"), (".venv-wheel", "test-wheel")])
def test_an_environment_of_another_python_than_asked_for_is_made_anew(project, name, job, version, args, anew):
    """``make test PYTHON=python3.13`` tested under whatever Python had made .venv; without PYTHON that's meant."""
    environment(project, name, version)
    status, told = make(project, "--dry-run", job, *args)
    assert status == 0
    assert (f'rm -rf "{name}"' in told) is anew


def test_a_python_that_doesnt_run_is_told(project):
    """Though the environment of another would be at hand."""
    environment(project, ".venv", THIS)
    status, told = make(project, "--dry-run", "demo", "PYTHON=no-such-python")
    assert status != 0
    assert 'PYTHON is "no-such-python", which runs no Python' in told


@pytest.mark.parametrize("absolute", [False, True])
def test_the_wheel_is_tested_in_a_path_with_blanks_too(project, absolute):
    """The environment's Python is found from the folder in which the tests lie, also where its path is absolute."""
    log = 'echo "$PWD: $*" >> "$(dirname "$0")/log"\n'
    venv = environment(project, "wheel", THIS, python=f"#!/bin/sh\n{log}")
    if absolute:
        place = Path(os.path.realpath(project)).parent.parent / f"{project.parent.name}-wheel"
        venv = venv.rename(place)
    status, told = make(project, "test-wheel", f"WHEEL_VENV={venv if absolute else venv.name}")
    assert status == 0, told
    build, install, run = (venv / "bin" / "log").read_text(encoding="utf-8").splitlines()
    assert " -m build " in build
    assert " -m pip install " in install
    assert (
        run == f"{project / '.build' / f'wheel-{venv.name}'}: -P -m pytest -n auto --dist loadfile tests README.md docs"
    )


def test_the_source_archive_has_all_that_its_tests_need(tmp_path):
    """Whoever packages it runs ``make test`` or pytest there."""
    pytest.importorskip("hatchling")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603
    (path,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for name in ("conftest.py", "Makefile", "CONTRIBUTING.md", ".ci/run", "requirements/dev.txt", "pyproject.toml"):
        assert name in names
    folders = ("src", "tests", "docs", "examples", "bench")
    ours = {
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not {"__pycache__", "_build", "_generated"} & set(path.parts)
    }
    assert ours <= names
