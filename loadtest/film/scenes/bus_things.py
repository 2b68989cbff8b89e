"""What lies on the back seat."""

from collections.abc import Callable

from loadtest.film.figures import shape
from loadtest.film.paint import Layer, linear, vertical
from loadtest.film.shapes import blob, brush, ellipse, line, polygon, traced


def _umbrella(layer: Layer) -> None:
    """Folded, leaning on the back rest, one rib broken."""
    layer.paint(ellipse((372, 806), (60, 9)).blurred(6), "#1a0b08", 0.7)
    cloth = blob(traced("318,796 322,778 352,744 402,686 424,668 431,676 418,712 376,778 346,806 326,808"))
    layer.paint(cloth, linear((326, 720), (400, 770), (0, "#ff5a48"), (0.5, "#c8202c"), (1, "#6a0f1d")))
    for shift in (-9, 0, 10):
        layer.paint(brush([(424, 672), (378 + shift, 734), (336 + shift, 796)], 0.8, 2, 0.8), "#5c0c18", 0.8)
    layer.paint(brush([(352, 792), (322, 758), (316, 742)], 2, 1.4), "#e9d2b0")
    layer.edge(cloth, (-3, -3), "#ffc9a0", 0.9, 1)
    layer.paint(brush([(426, 672), (440, 656), (452, 640), (466, 634), (472, 648), (464, 658)], 5, 5, 6), "#3a2014")
    layer.paint(brush([(440, 655), (452, 639), (465, 634)], 1.4), "#ffd9a0", 0.9)


def _glove(layer: Layer) -> None:
    layer.paint(ellipse((366, 806), (62, 9)).blurred(6), "#1a0b08", 0.7)
    glove = blob(
        traced(
            "306,792 312,774 340,766 366,756 392,752 398,758 378,768 404,762 424,762 426,770 404,776 428,776 "
            "432,784 408,788 424,790 424,798 392,804 350,808 316,808"
        )
    )
    layer.paint(glove, linear((310, 750), (420, 810), (0, "#f6ead2"), (0.6, "#cfae86"), (1, "#7d5a40")))
    thumb = blob([(342, 770), (352, 748), (362, 738), (368, 744), (362, 760), (366, 772)])
    layer.paint(thumb, "#e8d4b2")
    cuff = blob([(288, 788), (294, 772), (314, 772), (320, 806), (296, 808)])
    layer.paint(cuff, "#b5363a")
    for x in (298, 305, 312):
        layer.paint(line([(x, 774), (x + 3, 806)], 1.4), "#f2c9a4", 0.8)
    for part in (glove, thumb, cuff):
        layer.edge(part, (-2, -4), "#fff6df", 0.9, 1)


def _letter(layer: Layer) -> None:
    layer.paint(ellipse((364, 804), (70, 10)).blurred(6), "#1a0b08", 0.75)
    sheet = polygon([(300, 772), (404, 748), (434, 786), (330, 812)])
    layer.paint(sheet, linear((300, 750), (430, 812), (0, "#fff8e4"), (1, "#d9b98a")))
    layer.paint(polygon([(300, 772), (404, 748), (372, 786)]), "#f3e0b8")
    layer.paint(brush([(300, 772), (370, 787), (404, 748)], 1.4), "#a07a4c")
    layer.edge(sheet, (-2, -3), "#ffffff", 0.9, 0.8)
    stamp = polygon([(396, 782), (416, 777), (424, 788), (404, 793)])
    layer.paint(stamp, "#b5363a")
    for step in range(3):
        layer.paint(
            line([(346 + step * 5, 796 - step * 2 + step * 4), (386 + step * 4, 786 + step * 3)], 1.6), "#5a4a6c", 0.8
        )


def _passenger(layer: Layer) -> None:
    """Twenty years old: a pale coat, bobbed hair, the red umbrella across her knees. Her face is still in the dark."""
    coat = blob(traced("286,812 290,730 306,684 336,662 384,662 414,684 430,730 434,812 400,846 320,846"))
    layer.paint(coat, vertical(660, 850, (0, "#d9c39c"), (0.5, "#8d7458"), (1, "#2d2320")))
    layer.edge(coat, (0, -5), "#fff0cf", 0.9, 2)
    layer.paint(brush([(360, 676), (358, 760), (362, 840)], 1, 3, 2), "#4a382c", 0.8)
    head = shape(traced("0,-46 26,-34 33,0 24,30 0,46 -24,30 -33,0 -26,-34"), (360, 612))
    layer.paint(head, vertical(570, 660, (0, "#5a3426"), (0.6, "#a0633e"), (1, "#c98552")))
    hair = blob(
        traced(
            "318,652 312,600 324,562 360,548 396,562 408,600 402,652 386,648 392,606 372,586 340,590 328,608 334,648"
        )
    )
    layer.paint(hair, vertical(548, 650, (0, "#3d2418"), (1, "#120b0c")))
    layer.edge(hair, (0, -4), "#ffdca6", 0.95, 1.4)
    for x in (348, 373):
        layer.paint(brush([(x - 7, 613), (x, 616), (x + 7, 613)], 1, 2.4, 1), "#2a130e")
    layer.paint(brush([(352, 636), (361, 639), (371, 634)], 1, 2.6, 1), "#5c1f1a")
    layer.paint(brush([(300, 800), (370, 778), (440, 742)], 16, 13, 6), "#b01c28")
    layer.paint(brush([(300, 794), (370, 772), (438, 739)], 1.6), "#ff9a80", 0.9)
    for x, y in ((330, 790), (400, 764)):
        layer.paint(ellipse((x, y), (14, 11)), "#a86a44")
        layer.edge(ellipse((x, y), (14, 11)), (0, -3), "#ffdca6", 0.8, 1)


THINGS: dict[str, Callable[[Layer], None]] = {
    "umbrella": _umbrella,
    "glove": _glove,
    "letter": _letter,
    "passenger": _passenger,
}
