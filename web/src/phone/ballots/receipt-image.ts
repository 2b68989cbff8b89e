/** The receipt card as a picture for the phone's own album. Drawn here: it never leaves the phone. */

export interface ReceiptCard {
  award: string;
  title: string;
  lines: readonly string[];
  label: string;
  code: string;
  poster: string | null;
  direction: "ltr" | "rtl";
}

const WIDTH = 1080;
const HEIGHT = 860;
const EDGE = 60;
const POSTER = { width: 216, height: 324 };
const PERFORATION = 470;

export async function drawReceipt(card: ReceiptCard): Promise<HTMLCanvasElement> {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const paper = canvas.getContext("2d");
  if (!paper) return canvas;
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const still = card.poster ? await loadStill(card.poster) : null;

  paper.fillStyle = token("--hall");
  paper.fillRect(0, 0, WIDTH, HEIGHT);
  drawTicket(paper, token("--seat"), token("--edge"));
  drawStill(paper, card, still);
  drawWords(paper, card, token);
  return canvas;
}

export function saveImage(canvas: HTMLCanvasElement, name: string): void {
  const link = document.createElement("a");
  link.href = canvas.toDataURL("image/png");
  link.download = name;
  link.click();
}

function drawTicket(paper: CanvasRenderingContext2D, seat: string, edge: string): void {
  paper.fillStyle = seat;
  paper.beginPath();
  paper.roundRect(EDGE, EDGE, WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE, 60);
  paper.fill();
  paper.globalCompositeOperation = "destination-out";
  for (const x of [EDGE, WIDTH - EDGE]) {
    paper.beginPath();
    paper.arc(x, PERFORATION, 30, 0, 2 * Math.PI);
    paper.fill();
  }
  paper.globalCompositeOperation = "destination-over";
  paper.fillStyle = "#0B0A10";
  paper.fillRect(0, 0, WIDTH, HEIGHT);
  paper.globalCompositeOperation = "source-over";
  paper.strokeStyle = edge;
  paper.lineWidth = 3;
  paper.setLineDash([14, 16]);
  paper.beginPath();
  paper.moveTo(EDGE + 56, PERFORATION);
  paper.lineTo(WIDTH - EDGE - 56, PERFORATION);
  paper.stroke();
  paper.setLineDash([]);
}

function drawStill(paper: CanvasRenderingContext2D, card: ReceiptCard, still: HTMLImageElement | null): void {
  if (!still) return;
  const x = card.direction === "rtl" ? WIDTH - EDGE - 48 - POSTER.width : EDGE + 48;
  paper.save();
  paper.beginPath();
  paper.roundRect(x, EDGE + 48, POSTER.width, POSTER.height, 28);
  paper.clip();
  const scale = Math.max(POSTER.width / still.naturalWidth, POSTER.height / still.naturalHeight);
  const [width, height] = [still.naturalWidth * scale, still.naturalHeight * scale];
  paper.drawImage(still, x + (POSTER.width - width) / 2, EDGE + 48 + (POSTER.height - height) / 2, width, height);
  paper.restore();
}

function drawWords(paper: CanvasRenderingContext2D, card: ReceiptCard, token: (name: string) => string): void {
  const [ui, title] = [token("--font-ui"), token("--font-title")];
  const rtl = card.direction === "rtl";
  const indent = EDGE + 48 + (card.poster ? POSTER.width + 48 : 0);
  const x = rtl ? WIDTH - indent : indent;
  const room = WIDTH - EDGE - 48 - indent;
  paper.direction = card.direction;
  paper.textAlign = "start";
  paper.fillStyle = token("--text-2");
  paper.font = `400 36px ${ui}`;
  paper.fillText(card.award, x, 160, room);
  paper.fillText(card.lines[0] ?? "", x, 330, room);
  paper.fillText(card.lines[1] ?? "", x, 384, room);
  paper.fillStyle = token("--text");
  paper.font = `700 58px ${title}`;
  paper.fillText(card.title, x, 246, room);
  paper.textAlign = "center";
  paper.fillStyle = token("--text-2");
  paper.font = `400 36px ${ui}`;
  paper.fillText(card.label, WIDTH / 2, 580);
  paper.direction = "ltr";
  paper.fillStyle = token("--text");
  paper.font = `600 92px ${ui}`;
  paper.fillText(card.code, WIDTH / 2, 700, WIDTH - 2 * EDGE - 80);
}

function loadStill(url: string): Promise<HTMLImageElement | null> {
  return new Promise((resolve) => {
    const still = new Image();
    still.onload = () => { resolve(still); };
    still.onerror = () => { resolve(null); };
    still.src = url;
  });
}
