"""What a section may ask for. No await, no I/O."""

from api import errors
from api.catalog.schemas import SectionChange


def check_section(data: SectionChange) -> None:
    """What contradicts itself could never be met."""
    if data.opens_at and data.closes_at and data.opens_at >= data.closes_at:
        raise errors.Unprocessable("A section opens before it closes.", field="closes_at")
    if data.min_seconds and data.max_seconds and data.min_seconds > data.max_seconds:
        raise errors.Unprocessable("The shortest episode is not longer than the longest.", field="max_seconds")
    if data.min_episodes and data.max_episodes and data.min_episodes > data.max_episodes:
        raise errors.Unprocessable("The fewest episodes are not more than the most.", field="max_episodes")
    if data.min_total_seconds and data.max_total_seconds and data.min_total_seconds > data.max_total_seconds:
        raise errors.Unprocessable("The shortest series is not longer than the longest.", field="max_total_seconds")
    if data.ai_parts and data.ai_rule != "refuse":
        raise errors.Unprocessable("Parts are named where AI is not taken in them.", field="ai_parts")
