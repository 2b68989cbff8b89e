/** Files from the one answer that holds the badges' codes. */

import { problemOf, unreachable, NO_NETWORK } from "../../api/problem";
import type { PrintedBadges } from "../../api/types";

type Printed = PrintedBadges["badges"];

const quoted = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** `label,token,url` lines, as the server writes them and reads them back. */
export function csvOf(badges: Printed): string {
  return [["label", "token", "url"], ...badges.map(({ label, token, url }) => [label, token, url])].map((cells) => `${cells.map(quoted).join(",")}\n`).join("");
}

/** The page of QR codes: the server draws it from the list, which changes nothing where the badges are known. */
export async function sheetOf(badges: Printed): Promise<string> {
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ csv: csvOf(badges) });
  const response = await fetch("/api/desk/badges/import?as=sheet", { method: "POST", headers, body, credentials: "same-origin" }).catch(() => {
    throw unreachable(NO_NETWORK);
  });
  if (!response.ok) throw await problemOf(response);
  return response.text();
}

export function download(text: string, type: string, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => { URL.revokeObjectURL(link.href); }, 10_000);
}
