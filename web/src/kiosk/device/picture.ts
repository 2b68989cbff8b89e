/** A picture of what is on the screen, for the organisers' desk: films and stills as they are, boxes and lines of text drawn anew. */

export type Rotation = 0 | 90 | 180 | 270;

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const SHORT = 360;
const LIMIT = 120_000;
const QUALITIES = [0.7, 0.5, 0.3, 0.15];

/** Where a box of the glass lies on the page that is turned on it. */
export function unturned(box: Box, rotation: Rotation, glass: { width: number; height: number }): Box {
  const { x, y, width, height } = box;
  if (rotation === 90) return { x: y, y: glass.width - x - width, width: height, height: width };
  if (rotation === 180) return { x: glass.width - x - width, y: glass.height - y - height, width, height };
  if (rotation === 270) return { x: glass.height - y - height, y: x, width: height, height: width };
  return box;
}

export async function takePicture(root: HTMLElement, rotation: Rotation): Promise<Blob | null> {
  const glass = { width: innerWidth, height: innerHeight };
  const lying = rotation === 90 || rotation === 270;
  const [width, height] = lying ? [glass.height, glass.width] : [glass.width, glass.height];
  const scale = Math.min(1, SHORT / Math.min(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const paper = canvas.getContext("2d");
  if (!paper) return null;
  paper.scale(scale, scale);
  paper.fillStyle = getComputedStyle(document.body).backgroundColor;
  paper.fillRect(0, 0, width, height);
  const place = (rect: DOMRect): Box => unturned(rect, rotation, glass);
  for (const element of root.querySelectorAll<HTMLElement>(":not([data-under])")) if (isSeen(element)) draw(paper, element, place);
  for (const quality of QUALITIES) {
    const blob = await new Promise<Blob | null>((resolve) => { canvas.toBlob(resolve, "image/webp", quality); });
    if (blob && blob.size <= LIMIT) return blob;
  }
  return null;
}

function isSeen(element: HTMLElement): boolean {
  return element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
}

function draw(paper: CanvasRenderingContext2D, element: HTMLElement, place: (rect: DOMRect) => Box): void {
  const box = place(element.getBoundingClientRect());
  if (box.width < 1 || box.height < 1) return;
  const style = getComputedStyle(element);
  if (element instanceof HTMLVideoElement || element instanceof HTMLImageElement) {
    drawFilm(paper, element, box, style.objectFit === "cover");
    return;
  }
  if (style.backgroundColor !== "rgba(0, 0, 0, 0)") {
    paper.fillStyle = style.backgroundColor;
    paper.beginPath();
    paper.roundRect(box.x, box.y, box.width, box.height, Math.min(parseFloat(style.borderRadius) || 0, box.height / 2));
    paper.fill();
  }
  for (const node of element.childNodes) if (node instanceof Text) drawText(paper, node, style, place);
}

function drawFilm(paper: CanvasRenderingContext2D, film: HTMLVideoElement | HTMLImageElement, box: Box, cover: boolean): void {
  const [width, height] = film instanceof HTMLVideoElement ? [film.videoWidth, film.videoHeight] : [film.naturalWidth, film.naturalHeight];
  if (!width || !height) return;
  const fit = (cover ? Math.max : Math.min)(box.width / width, box.height / height);
  const [wide, high] = [width * fit, height * fit];
  paper.save();
  paper.beginPath();
  paper.rect(box.x, box.y, box.width, box.height);
  paper.clip();
  paper.drawImage(film, box.x + (box.width - wide) / 2, box.y + (box.height - high) / 2, wide, high);
  paper.restore();
}

/** Line by line: where one line ends and the next begins, only the places of the letters tell. */
function drawText(paper: CanvasRenderingContext2D, node: Text, style: CSSStyleDeclaration, place: (rect: DOMRect) => Box): void {
  if (!node.data.trim()) return;
  paper.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  paper.fillStyle = style.color;
  paper.textBaseline = "middle";
  paper.textAlign = "center";
  paper.direction = style.direction === "rtl" ? "rtl" : "ltr";
  const range = document.createRange();
  range.selectNodeContents(node);
  const lines = Array.from(range.getClientRects(), place);
  const each = Math.ceil(node.data.length / Math.max(1, lines.length));
  lines.forEach((line, index) => {
    paper.fillText(node.data.slice(index * each, (index + 1) * each).trim(), line.x + line.width / 2, line.y + line.height / 2, line.width + 4);
  });
}
