/** What a file that is no MP4, MOV or Matroska most likely is: the words of the festival's own gate (transcoder/kinds.py). Pure. */

export interface Refusal {
  /** A code of the messages "failure.…". */
  code: string;
  values: Record<string, string | number>;
}

const PLAYLISTS = ["#extm3u", "ffconcat", "[playlist]", "[reference]", "v=0\n", "v=0\r", "rtsptext", "concat:", "subfile,"];
const XML_PLAYLISTS = ["<mpd", "<smil", "compositionplaylist", "<assetmap", "<playlist", "<asx", "<smoothstreamingmedia"];
const IMAGES = ["\xff\xd8\xff", "\x89PNG", "GIF8", "BM", "II*\0", "MM\0*", "8BPS", "\0\0\0\x0cJXL "];
const SOUNDS = ["ID3", "fLaC", "OggS", "MThd", "FORM", "\xff\xfb", "\xff\xf1"];
const NAMED: readonly (readonly [string, string])[] = [
  ["%PDF", "a PDF document"],
  ["PK\x03\x04", "an archive or an office document"],
  ["Rar!", "an archive"],
  ["7z\xbc\xaf", "an archive"],
  ["\x1f\x8b", "an archive"],
  ["MZ", "a program"],
  ["\x7fELF", "a program"],
  ["#!", "a program"],
  ["{\\rtf", "a text document"],
  ["WEBVTT", "a file of subtitles"],
  ["1\r\n00:", "a file of subtitles"],
  ["1\n00:", "a file of subtitles"],
];
const OTHER_VIDEO: readonly (readonly [string, string])[] = [
  ["FLV\x01", "FLV"],
  ["0&\xb2u\x8ef\xcf\x11", "WMV"],
  ["\0\0\x01\xba", "MPEG"],
  ["\0\0\x01\xb3", "MPEG"],
  ["\x06\x0e+4\x02\x05\x01\x01", "MXF"],
  [".RMF", "RealMedia"],
];
const SYNC = "\x47";

const refuse = (code: string, values: Refusal["values"] = {}): Refusal => ({ code, values });

/** `head` are the first bytes of a file as a text of as many signs. */
export function refusalOf(head: string): Refusal {
  if (head === "") return refuse("not-a-video", { found: "empty" });
  if ([...head].every((sign) => sign === "\0")) return refuse("unreadable-file");
  const start = head.replace(/^\xef\xbb\xbf/u, "").replace(/^[ \t\r\n]+/u, "");
  if (isPlaylist(start.slice(0, 1024).toLowerCase())) return refuse("playlist-not-video");
  if (isImage(head, start)) return refuse("image-not-video");
  return otherMedia(head) ?? otherFile(start);
}

function isPlaylist(start: string): boolean {
  return PLAYLISTS.some((mark) => start.startsWith(mark)) || (start.startsWith("<") && XML_PLAYLISTS.some((mark) => start.includes(mark)));
}

function isImage(head: string, start: string): boolean {
  const webp = head.startsWith("RIFF") && head.slice(8, 12) === "WEBP";
  return webp || IMAGES.some((mark) => head.startsWith(mark)) || start.slice(0, 1024).includes("<svg");
}

function otherMedia(head: string): Refusal | null {
  const other = OTHER_VIDEO.find(([magic]) => head.startsWith(magic));
  if (other) return refuse("unsupported-codec", { codec: other[1] });
  if (head[0] === SYNC && head[188] === SYNC) return refuse("unsupported-codec", { codec: "MPEG-TS" });
  if (head.startsWith("RIFF") && head.slice(8, 12) === "AVI ") return refuse("unsupported-codec", { codec: "AVI" });
  const sound = head.startsWith("RIFF") || SOUNDS.some((mark) => head.startsWith(mark));
  return sound ? refuse("no-video-track", { found: "sound" }) : null;
}

function otherFile(start: string): Refusal {
  const named = NAMED.find(([magic]) => start.startsWith(magic));
  if (named) return refuse("not-a-video", { found: named[1] });
  if (start.startsWith("<")) return refuse("not-a-video", { found: "a web page or another text" });
  const text = [...start.slice(0, 512)].every((sign) => sign >= " " || "\t\r\n\f".includes(sign));
  return refuse("not-a-video", { found: text ? "a text" : "of a kind that is not known here" });
}
