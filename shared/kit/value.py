"""A value: a frozen, strictly checked record that goes to JSON and back unchanged."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """Base of the records that travel between steps, engines and stores; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
