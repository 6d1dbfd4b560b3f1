"""The metadata of every package that owns tables: what the history must add up to."""

import services.identity.models
import services.solving.models
import shared.jobs.models
from shared.db import Base

target_metadata = Base.metadata
TABLE_OWNERS = (services.identity.models, services.solving.models, shared.jobs.models)
