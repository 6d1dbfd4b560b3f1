"""The graph made anew from PostgreSQL."""

from sqlalchemy import select

from graph.driver import get_graph
from graph.erase import wipe
from services.solving.models import Problem
from services.solving.tree.projection import project_problem
from shared.db import reading


def rebuild_graph() -> int:
    """Wipe the graph, copy every problem into it again, and return how many problems there are. Raises GraphUnavailableError."""
    graph = get_graph()
    wipe(graph)
    with reading() as session:
        problems = session.scalars(select(Problem)).all()
        for problem in problems:
            project_problem(session, graph, problem)
    return len(problems)
