"""
Every small change of a module's functions, as mutmut makes them.

mutmut itself leaves decorated functions alone, for the sake of how it swaps them at run time: properties, and the
checks of settings, which are a quarter of the rules. Here they're changed like any other, but for the decorators.
"""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING

import libcst as cst
from attrs import frozen
from libcst.metadata import MetadataWrapper, ParentNodeProvider
from mutmut.mutation.file_mutation import MutationVisitor, OuterFunctionProvider, PositionProvider, deep_replace
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

Key = tuple[str, str, str, int]

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mutmut.mutation.file_mutation import Mutation

    Parents = Mapping[cst.CSTNode, cst.CSTNode]


@frozen
class Mutant:
    """
    A module with one change: in *function*, *was* became *becomes*; *source* is the whole of it.

    Where the same lines stand there more than once, *time* counts which of them changed.

    *words* says whether it changes nothing but what an error or a problem tells in English.
    """

    function: str
    was: str
    becomes: str
    time: int
    source: str
    words: bool

    @property
    def key(self) -> Key:
        """What it's known by, wherever in its file its function stands."""
        return self.function, self.was, self.becomes, self.time


class _Visitor(MutationVisitor):
    """mutmut's own, which looks into decorated functions too."""

    METADATA_DEPENDENCIES = (PositionProvider, OuterFunctionProvider, ParentNodeProvider)

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        return not isinstance(node, cst.FunctionDef) and super()._skip_node_and_children(node)


def mutants_of(source: str) -> Iterator[Mutant]:
    """Give every change of the functions of *source*, in the order in which they stand; none twice."""
    wrapper = MetadataWrapper(cst.parse_module(source))
    visitor = _Visitor(mutation_operators, IgnoredCode(set(), set(), set()))
    module = wrapper.visit(visitor)
    parents = wrapper.resolve(ParentNodeProvider)
    seen = {source}
    times: Counter[tuple[str, str, str]] = Counter()
    for mutation in visitor.mutations:
        function = mutation.contained_by_top_level_function
        if not isinstance(function, cst.FunctionDef):
            continue
        code = _changed(module, _statement(function, parents), mutation)
        if code not in seen and _compiles(code):
            seen.add(code)
            change = (_name(function, parents), *_difference(source, code))
            times[change] += 1
            yield Mutant(*change, times[change], code, _is_words(mutation, parents))


def _statement(node: cst.CSTNode, parents: Parents) -> cst.CSTNode:
    """Give the statement of the module itself in which *node* lies."""
    while not isinstance(parents[node], cst.Module):
        node = parents[node]
    return node


def _changed(module: cst.Module, statement: cst.CSTNode, mutation: Mutation) -> str:
    """Give the code of *module* with *mutation*, which lies in *statement*."""
    changed = deep_replace(statement, mutation.original_node, mutation.mutated_node)
    return module.with_changes(body=[changed if each is statement else each for each in module.body]).code


def _compiles(code: str) -> bool:
    try:
        compile(code, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def _difference(source: str, code: str) -> tuple[str, str]:
    """Give the lines that differ, before and after, without their indentation."""
    before, after = [line.strip() for line in source.splitlines()], [line.strip() for line in code.splitlines()]
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    return "\n".join(before[start : len(before) - end]), "\n".join(after[start : len(after) - end])


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Count the lines with which both begin."""
    return next(
        (index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _name(function: cst.FunctionDef, parents: Parents) -> str:
    """Give the name of *function*, with its class's before it."""
    name, node = function.name.value, parents.get(function)
    while node is not None:
        if isinstance(node, cst.ClassDef):
            name = f"{node.name.value}.{name}"
        node = parents.get(node)
    return name


def _is_words(mutation: Mutation, parents: Parents) -> bool:
    """Say whether the change lies in a text with blanks, in the making of a message, or is the message left out."""
    node: cst.CSTNode | None = mutation.original_node
    if isinstance(node, cst.SimpleString) and " " in node.raw_value:
        return True
    if isinstance(node, cst.Call) and isinstance(mutation.mutated_node, cst.Call):
        kept = [arg.value for arg in mutation.mutated_node.args]
        gone = [arg.value for arg in node.args if arg.value not in kept]
        if gone and all(_is_message(value) for value in gone):
            return True
    while node is not None and not isinstance(node, cst.FunctionDef):
        if isinstance(node, cst.Assign) and _is_message(node.targets[0].target):
            return True
        node = parents.get(node)
    return False


def _is_message(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.SimpleString):
        return " " in node.raw_value
    return isinstance(node, cst.Name) and node.value == "message"


def signature(source: str, function: str) -> str:
    """Give what *function* of *source* takes, with its defaults, which are made where it's defined."""
    scope: ast.AST = ast.parse(source)
    for part in function.split("."):
        scope = next(node for node in ast.iter_child_nodes(scope) if getattr(node, "name", None) == part)
    assert isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef)  # noqa: S101 - what a mutant names is a function
    return ast.dump(scope.args)
