"""From cuts to one ffmpeg command: sprites come in, a shot is a stack of overlays, shots dissolve into each other."""

from dataclasses import dataclass, field
from pathlib import Path

from loadtest.film.model import Cut
from loadtest.film.paint import HEIGHT, WIDTH
from loadtest.film.stage import FRAME_RATE, Shot, Sprite

DISSOLVE = 0.5
TITLE_IN, TITLE_OUT = 0.6, 4.0
TO_VIDEO = "out_color_matrix=bt709:out_range=tv"


@dataclass
class Graph:
    """`scale` is the height of the film over the height the scenes are painted in."""

    scale: float
    inputs: list[str] = field(default_factory=list)
    chains: list[str] = field(default_factory=list)
    count: int = 0

    def add_input(self, *arguments: str) -> int:
        self.inputs.extend(arguments)
        self.count += 1
        return self.count - 1

    def add_raw(self, path: Path, size: tuple[int, int], rate: int) -> int:
        shape = ("-video_size", f"{size[0]}x{size[1]}", "-framerate", str(rate))
        return self.add_input("-f", "rawvideo", "-pixel_format", "rgba", *shape, "-i", str(path))


def _looped(graph: Graph, path: Path, sprite: Sprite, pixels: str, shown: int) -> str:
    """The chain from an input to endless frames, so many a second."""
    many = len(sprite.frames)
    rate = sprite.rate if many > 1 else shown
    index = graph.add_raw(path, sprite.frames[0].size, rate)
    width, height = (max(2, round(side * graph.scale)) for side in sprite.size)
    again = f",fps={shown}" if rate != shown else ""
    sized = f"scale={width}:{height}:flags={'bicubic' if sprite.zoom > 1 else 'area'}:{TO_VIDEO},format={pixels}"
    return f"[{index}:v]{sized},loop=-1:{many}:0,setpts=N/({rate}*TB){again}"


def _placed(graph: Graph, expression: str, start: float) -> str:
    return expression if expression == "0" else f"floor({graph.scale:g}*({_later(expression, start)}))"


def _later(expression: str, start: float) -> str:
    """The expression with its clock put forward; `t` stands alone in every expression we write."""
    if not start:
        return expression
    words, place = [], 0
    while place < len(expression):
        sign = expression[place]
        near = expression[max(0, place - 1) : place] + expression[place + 1 : place + 2]
        words.append(f"(t+{start:g})" if sign == "t" and not any(other.isalpha() for other in near) else sign)
        place += 1
    return "".join(words)


def add_shot(graph: Graph, shot: Shot, files: list[Path], cut: Cut, seconds: float, name: str) -> None:
    """The stack of a shot: its label is the name with the number of overlays so far, and in the end with "full"."""
    ground, *others = shot.sprites
    x, y = (_placed(graph, f"-({expression})", cut.start) for expression in (ground.x, ground.y))
    chain = _looped(graph, files[0], ground, "yuv444p", shot.rate)
    chain += f",trim=duration={seconds:g}"
    if ground.size != (WIDTH, HEIGHT):
        chain += f",crop={round(WIDTH * graph.scale)}:{round(HEIGHT * graph.scale)}:x='{x}':y='{y}'"
    graph.chains.append(f"{chain}[{name}0]")
    for place, (sprite, path) in enumerate(zip(others, files[1:], strict=True)):
        graph.chains.append(f"{_looped(graph, path, sprite, 'yuva444p', shot.rate)}[{name}s{place}]")
        at = f"x='{_placed(graph, sprite.x, cut.start)}':y='{_placed(graph, sprite.y, cut.start)}'"
        graph.chains.append(f"[{name}{place}][{name}s{place}]overlay={at}:format=yuv444:shortest=1[{name}{place + 1}]")
    moves = [*(["hflip"] if cut.mirror else []), *([_pushed(cut.push, seconds)] if cut.push else [])]
    graph.chains.append(f"[{name}{len(others)}]{','.join(['format=yuv420p', f'fps={FRAME_RATE}', *moves])}[{name}full]")


def _pushed(share: float, seconds: float) -> str:
    """The camera comes closer, between pixels: an overlay can only step from one to the next."""
    done = f"({share:g}*on/{seconds * FRAME_RATE:g})"
    left, right = f"W*{done}*0.5", f"W-W*{done}*0.5"
    top, bottom = f"H*{done}*0.42", f"H-H*{done}*0.58"
    corners = (left, top, right, top, left, bottom, right, bottom)
    named = ":".join(
        f"{axis}{place // 2}='{at}'" for place, (axis, at) in enumerate(zip("xyxyxyxy", corners, strict=True))
    )
    return f"perspective={named}:eval=frame"


def join(graph: Graph, shots: list[str], cuts: tuple[Cut, ...]) -> str:
    """Dissolve from each shot into the next; the labels of the shots come in, the label of the film goes out."""
    for place, shot in enumerate(shots):
        graph.chains.append(f"[{shot}]settb=1/{FRAME_RATE}[shot{place}]")
    film, until = "shot0", 0.0
    for place, cut in enumerate(cuts[:-1], start=1):
        until += cut.seconds
        dissolve = f"xfade=transition=fade:duration={DISSOLVE}:offset={until - DISSOLVE / 2:g}"
        graph.chains.append(f"[{film}][shot{place}]{dissolve}[film{place}]")
        film = f"film{place}"
    return film


def add_title(graph: Graph, shot: str, path: Path, size: tuple[int, int], at: tuple[int, int]) -> str:
    """The card over a full shot, for the first seconds of it."""
    index = graph.add_raw(path, size, FRAME_RATE)
    fades = f"fade=t=in:st={TITLE_IN}:d=0.7:alpha=1,fade=t=out:st={TITLE_OUT - 0.7:g}:d=0.7:alpha=1"
    width, height, x, y = (round(side * graph.scale) for side in (*size, *at))
    held = f"loop=-1:1:0,setpts=N/({FRAME_RATE}*TB),trim=duration={TITLE_OUT}"
    graph.chains.append(f"[{index}:v]scale={width}:{height}:{TO_VIDEO},format=yuva420p,{held},{fades}[card]")
    shown = f"enable='between(t,{TITLE_IN},{TITLE_OUT})'"
    graph.chains.append(f"[{shot}][card]overlay=x={x}:y={y}:eof_action=pass:{shown}[titled]")
    return "titled"


def close(graph: Graph, film: str, bed: Path, ambience: str, seconds: float) -> None:
    """The end of the picture, and the sound: music with an echo in two slightly different rooms, the place under it."""
    colours = "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv"
    graph.chains.append(f"[{film}]fade=t=out:st={seconds - 0.7:g}:d=0.7,{colours}[v]")
    index = graph.add_input("-i", str(bed))
    rooms = "aecho=0.8:0.55:163|317:0.28|0.18,pan=stereo|c0=c0|c1=c0,adelay=0|11"
    graph.chains.append(f"[{index}:a]aresample=48000,lowpass=f=7000,{rooms}[music]")
    graph.chains.append(f"{ambience},pan=stereo|c0=c0|c1=c0,adelay=0|23[place]")
    tail = f"atrim=duration={seconds:g},afade=t=in:d=0.15,afade=t=out:st={seconds - 1.2:g}:d=1.2"
    graph.chains.append(f"[music][place]amix=inputs=2:normalize=0:duration=first,{tail},alimiter=limit=0.8:level=0[a]")
