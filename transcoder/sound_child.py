"""Opens one upload with PyAV and says which sound is in it and how long it is. Runs alone in the sandbox; imports
nothing of ours."""

import json
import sys
from typing import Any

import av
from av.audio.stream import AudioStream

_MEDIA_AT_FAULT = 3
_MAX_SOUNDS = 16


def describe(demuxer: str, path: str, protocols: str, codecs: str, decoders: str, limit: str) -> dict[str, Any]:
    """Every sample is decoded and counted: what a container says of its length is often a guess."""
    options = {"protocol_whitelist": protocols, "codec_whitelist": codecs}
    with av.open(path, format=demuxer, container_options=options) as container:
        allowed = set(decoders.split(","))
        sounds = [each for each in container.streams.audio[:_MAX_SOUNDS] if _decoder(each) in allowed]
        if not sounds:
            return {}
        start = (container.start_time or 0) / av.time_base
        return {"index": sounds[0].index, "seconds": _end_of(container, sounds[0], float(limit)) - start}


def _decoder(stream: AudioStream) -> str | None:
    """Its context is None for a codec that this library does not know at all."""
    context: Any = stream.codec_context
    return None if context is None else str(context.name)


def _end_of(container: Any, stream: AudioStream, limit: float) -> float:
    end = 0.0
    for frame in container.decode(stream):
        end = (end if frame.pts is None else frame.time) + frame.samples / frame.sample_rate
        if end > limit:
            break
    return end


if __name__ == "__main__":
    try:
        sys.stdout.write(json.dumps(describe(*sys.argv[1:])))
    except (av.FFmpegError, StopIteration, ValueError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.exit(_MEDIA_AT_FAULT)
