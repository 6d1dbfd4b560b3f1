"""The bundled problems: see what there is, and hand one in."""

from fastapi import APIRouter, Response

from services.solving.endpoints.dependencies import CurrentActor
from services.solving.endpoints.problems import problem_view
from services.solving.endpoints.schemas import ProblemView, SampleView
from services.solving.problems import service
from services.solving.samples.catalogue import names, sample
from services.solving.samples.submit import submit_sample
from shared.db import reading

router = APIRouter(prefix="/v1", tags=["samples"])


@router.get("/samples")
def list_samples() -> list[SampleView]:
    """List the bundled problems; their data are synthetic."""
    found = [sample(name) for name in names()]
    return [SampleView(name=one.name, title=one.title, text=one.text, files=[path.name for path in one.files]) for one in found]


@router.post("/samples/{name}/problems", status_code=201)
def create_from_sample(name: str, actor: CurrentActor, response: Response) -> ProblemView:
    """Hand in a bundled problem."""
    problem_id = submit_sample(actor, name)
    response.headers["Location"] = f"/v1/problems/{problem_id}"
    with reading() as session:
        return problem_view(session, service.get_problem(session, actor, problem_id))
