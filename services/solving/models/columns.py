"""Column kinds that most tables of this schema share."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import ForeignKey, text
from sqlalchemy.orm import mapped_column

SCHEMA = "solving"
NOW = text("now()")
EMPTY_LIST = text("'[]'::jsonb")
EMPTY_OBJECT = text("'{}'::jsonb")

Id = Annotated[UUID, mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))]
OrganizationId = Annotated[UUID, mapped_column(ForeignKey("identity.organizations.id"))]
ProblemId = Annotated[UUID, mapped_column(ForeignKey("solving.problems.id", ondelete="CASCADE"))]
CreatedAt = Annotated[datetime, mapped_column(server_default=NOW)]
UpdatedAt = Annotated[datetime, mapped_column(server_default=NOW, onupdate=NOW)]
JsonList = Annotated[list[Any], mapped_column(server_default=EMPTY_LIST)]
JsonObject = Annotated[dict[str, Any], mapped_column(server_default=EMPTY_OBJECT)]
