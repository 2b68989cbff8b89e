/** A file of one or more series as rows of named values: CSV as tables and FilmFreeway write it, or JSON. */

/** Why a file cannot be read; each has its sentence. */
export type Bad = "too_large" | "spreadsheet" | "not_text" | "bad_csv" | "bad_json" | "empty";

export class Unreadable extends Error {
  constructor(readonly why: Bad) {
    super(why);
  }
}

export type Row = Readonly<Record<string, unknown>>;
/** How files of spreadsheet programs begin. */
const SHEETS = new Set(["504b", "d0cf"]);
const WIDE: Readonly<Record<string, string>> = { fffe: "utf-16le", feff: "utf-16be" };
const MOST = 4 * 1024 * 1024;

export async function readFile(file: Blob & { name: string }): Promise<Row[]> {
  if (file.size > MOST) throw new Unreadable("too_large");
  const text = textOf(new Uint8Array(await file.arrayBuffer()));
  const rows = /^\s*[[{]/.test(text) ? readJson(text) : await readCsv(text);
  if (rows.length === 0) throw new Unreadable("empty");
  return rows;
}

/** UTF-8, or UTF-16 as spreadsheets write "Unicode text". */
export function textOf(bytes: Uint8Array): string {
  const start = [...bytes.subarray(0, 2)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (SHEETS.has(start)) throw new Unreadable("spreadsheet");
  try {
    const text = new TextDecoder(WIDE[start] ?? "utf-8", { fatal: true }).decode(bytes);
    if (!text.includes("\u0000")) return text;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  throw new Unreadable("not_text");
}

function readJson(text: string): Row[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Unreadable("bad_json");
  }
  const list = Array.isArray(value) ? value : [value];
  const rows = list.filter((each): each is Row => each !== null && typeof each === "object" && !Array.isArray(each));
  if (rows.length < list.length) throw new Unreadable("bad_json");
  return rows;
}

/** The reader is fetched only when somebody imports. */
async function readCsv(text: string): Promise<Row[]> {
  const { default: Papa } = await import("papaparse");
  const { data, meta } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: "greedy", transformHeader: (name) => name.trim() });
  // One column without a name for anything is prose, not a table.
  if ((meta.fields ?? []).filter(Boolean).length < 2) throw new Unreadable("bad_csv");
  return data;
}
