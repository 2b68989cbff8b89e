"""Opens one upload with PyAV and prints what it is as JSON. Runs alone in the sandbox; imports nothing of ours."""

import json
import sys
from fractions import Fraction
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

_MEDIA_AT_FAULT = 3
_MAX_SOUNDS = 16
_UNKNOWN = "a codec that is not known"


def describe(demuxer: str, path: str, protocols: str, codecs: str, decoders: str, max_pixels: str) -> dict[str, Any]:
    options = {"protocol_whitelist": protocols, "codec_whitelist": codecs}
    # What a container says of its size is not what its streams say: both are held to the limit.
    with av.open(path, format=demuxer, options={"max_pixels": max_pixels}, container_options=options) as container:
        # Matroska counts the time before the first picture and sound as a part of its duration.
        seconds = ((container.duration or 0) - max(0, container.start_time or 0)) / av.time_base
        found: dict[str, Any] = {"seconds": seconds}
        found["sounds"] = [_sound(stream) for stream in container.streams.audio[:_MAX_SOUNDS]]
        pictures = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
        if pictures:
            found["video"] = _video(container, pictures[0], set(decoders.split(",")), int(max_pixels))
        return found


def _sound(stream: AudioStream) -> dict[str, Any]:
    return {
        "index": stream.index,
        "codec": stream.codec_context.codec.canonical_name if _has_decoder(stream) else _UNKNOWN,
        "language": stream.metadata.get("language"),
    }


def _video(container: InputContainer, stream: VideoStream, decoders: set[str], max_pixels: int) -> dict[str, Any]:
    if not _has_decoder(stream):
        return {"index": stream.index, "codec": _UNKNOWN, "width": 0, "height": 0, "rates": ["0", "0"], "seconds": 0.0}
    context = stream.codec_context
    video: dict[str, Any] = {
        "index": stream.index,
        "codec": context.codec.canonical_name,
        "width": context.width,
        "height": context.height,
        "rates": [_text(stream.base_rate), _text(stream.average_rate)],
        "seconds": float((stream.duration or 0) * (stream.time_base or 0)),
    }
    if context.name not in decoders or context.width * context.height > max_pixels:
        return video
    context.options = {"max_pixels": str(max_pixels)}
    frame = next(container.decode(stream))
    start = (container.start_time or 0) / av.time_base
    if not video["seconds"] and not container.duration:
        video |= _walk(container, stream)
    return video | {
        "start": 0.0 if frame.pts is None else frame.time - start,
        "rotation": frame.rotation % 360,
        "sample_aspect": _text(stream.sample_aspect_ratio),
        "pixels": frame.format.name,
        "transfer": int(frame.color_trc),
    }


def _walk(container: InputContainer, stream: VideoStream) -> dict[str, Any]:
    """Duration and rate of a film that does not say them, as browsers record: to its end, without decoding."""
    times = [packet.pts for packet in container.demux(stream) if packet.pts is not None]
    length = (max(times) - min(times)) * (stream.time_base or Fraction(0)) if times else Fraction(0)
    if not length:
        return {}
    rate = Fraction(len(times) - 1) / length
    end = max(times) * (stream.time_base or 0) - Fraction(container.start_time or 0, av.time_base)
    return {"seconds": float(end + 1 / rate), "rates": [_text(stream.base_rate), _text(rate)]}


def _has_decoder(stream: AudioStream | VideoStream) -> bool:
    """Its context is None for a codec that this library does not know at all."""
    return stream.codec_context is not None


def _text(value: Fraction | None) -> str:
    return str(value or 0)


if __name__ == "__main__":
    try:
        sys.stdout.write(json.dumps(describe(*sys.argv[1:])))
    except (av.FFmpegError, StopIteration, ValueError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.exit(_MEDIA_AT_FAULT)
