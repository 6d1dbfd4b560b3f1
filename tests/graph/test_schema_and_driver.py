"""The parts of `graph` that decide without a store: schema files, evidence links, addresses, forks."""

import os
from pathlib import Path

import pytest

from graph import driver
from graph.driver import GraphRefusedError, close_graph, connect, get_graph
from graph.evidence import DanglingEvidenceError, Evidence, FindingNode, RecommendationNode, SlideNode, links
from graph.schema_runner import SchemaChangedError, SchemaFileError, pending, schema_files, statements_of
from shared.settings import configured


def test_statements_are_cut_at_semicolons_that_end_a_line() -> None:
    text = "// a comment; with a semicolon\nCREATE INDEX a IF NOT EXISTS\n  FOR (n:A) ON (n.id);\n\nRETURN 'x; y';"
    assert statements_of(text) == ("CREATE INDEX a IF NOT EXISTS\n  FOR (n:A) ON (n.id)", "RETURN 'x; y'")


def test_our_schema_can_run_again_after_a_crash() -> None:
    files = schema_files()
    assert [file.version for file in files] == list(range(1, len(files) + 1))
    assert all("IF NOT EXISTS" in statement for file in files for statement in file.statements)


@pytest.mark.parametrize("names", [["001_one.cypher", "001_two.cypher"], ["one.cypher"], ["1_one.cypher"]])
def test_stray_schema_files_are_refused(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("RETURN 1;\n")
    with pytest.raises(SchemaFileError, match=names[-1]):
        schema_files(tmp_path)


def test_pending_files() -> None:
    first, second = schema_files()[:2]
    assert pending([first, second], {}) == [first, second]
    assert pending([first, second], {first.version: first.checksum}) == [second]
    assert pending([first], {first.version: first.checksum, 99: "from a newer release"}) == []
    with pytest.raises(SchemaChangedError):
        pending([first, second], {first.version: second.checksum})


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence(findings=(FindingNode("F", "", "", "", dataset_sha256s=("nowhere",)),)),
        Evidence(recommendations=(RecommendationNode("R", "", ("nobody",)),)),
        Evidence(slides=(SlideNode("S", 1, "", recommendation_ids=("nobody",)),)),
        Evidence(slides=(SlideNode("S", 1, "", finding_ids=("nobody",)),)),
        Evidence(slides=(SlideNode("S", 1, ""), SlideNode("S", 2, ""))),
    ],
)
def test_evidence_that_hangs_in_the_air_is_refused(evidence: Evidence) -> None:
    with pytest.raises(DanglingEvidenceError):
        links(evidence)


@pytest.mark.parametrize("address", ["http://127.0.0.1:7474", "127.0.0.1:7687", ""])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(GraphRefusedError):
        connect(address)


def test_a_forked_child_connects_anew() -> None:
    with configured({"NEO4J_URI": "bolt://127.0.0.1:1"}):
        close_graph()
        graph = get_graph()
        assert get_graph() is graph
        child = os.fork()
        if child == 0:  # pragma: no cover (another process)
            os._exit(0 if driver._graph is None and get_graph() is not graph else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        close_graph()
