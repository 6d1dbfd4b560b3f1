"""Sound and film of a deck with their captions, or the reason why a machine could not make them: a deck is not lost for want of a voice."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from services import decks
from services.decks.model import Deck
from shared.jobs.timeouts import JobTimeoutError
from shared.kit.cited import UncitedNumberError, UnknownEvidenceError
from shared.kit.errors import SevenStepsError

if TYPE_CHECKING:
    from services.decks.narration.telling import Telling
    from services.decks.narration.voices import Narrator

_log = structlog.get_logger(__name__)
_LONGEST_REASON = 500


@dataclass(frozen=True)
class TellingKind:
    """A way to tell a deck: the seed's type, the file and its captions, how it is made."""

    deliverable_type: str
    file_name: str
    mime_type: str
    captions_name: str
    render: "Callable[[Deck, Narrator], Telling]"


def telling_kinds() -> tuple[TellingKind, ...]:
    """Return the ways a deck is told."""
    return (
        TellingKind("audio", "audio.mp3", "audio/mpeg", "audio.vtt", decks.render_audio),
        TellingKind("video", "video.mp4", "video/mp4", "video.vtt", _film),
    )


def _film(deck: Deck, narrator: "Narrator") -> "Telling":
    return decks.render_video(deck, decks.slide_images(deck), narrator)


def told(kind: TellingKind, deck: Deck, voice: str) -> "Telling | str":
    """Return a told deck, or one sentence that says why it could not be made.

    `voice` is the setting SEVENSTEPS_VOICE. Raises UncitedNumberError and UnknownEvidenceError for a number nobody vouches
    for, and JobTimeoutError when the step's time is up.
    """
    try:
        return kind.render(deck, decks.voice(voice))
    except (UncitedNumberError, UnknownEvidenceError, JobTimeoutError):
        raise
    except SevenStepsError as error:
        reason = error.detail
    except Exception as error:  # noqa: BLE001 (whatever breaks in a voice is its own failure, never the deck's)
        reason = f"It could not be made: {error}"
    _log.warning("media_not_made", file=kind.file_name, reason=reason)
    return reason[:_LONGEST_REASON]
