/** Files from the one answer that holds the badges' codes. */

import { problemOf, unreachable, NO_NETWORK } from "../../api/problem";
import type { PrintedBadges } from "../../api/types";

type Printed = PrintedBadges["badges"];

const quoted = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** `label,token,url` lines, as the server writes them and reads them back. */
export function csvOf(badges: Printed): string {
  return [["label", "token", "url"], ...badges.map(({ label, token, url }) => [label, token, url])].map((cells) => `${cells.map(quoted).join(",")}\n`).join("");
}

export const FORMS = ["a4", "a6", "labels"] as const;
export type Form = (typeof FORMS)[number];

/** The badges as a PDF: the server draws it from the list, which changes nothing where the badges are known. */
export async function pdfOf(badges: Printed, form: Form, names: boolean): Promise<Blob> {
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ csv: csvOf(badges) });
  const response = await fetch(`/api/desk/badges/import?as=${form}&names=${String(names)}`, { method: "POST", headers, body, credentials: "same-origin" }).catch(() => {
    throw unreachable(NO_NETWORK);
  });
  if (!response.ok) throw await problemOf(response);
  return response.blob();
}

export function download(content: string | Blob, type: string, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => { URL.revokeObjectURL(link.href); }, 10_000);
}
