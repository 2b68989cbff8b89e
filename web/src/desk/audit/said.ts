/** A line of the audit log in the reader's words. */

import type { AuditLine } from "../../api/types";
import { words } from "../../shared/words.svelte";

/** What was done. Of some objects an action has another meaning; one that this page does not know is told by its code. */
export function sayAction(action: string, kind: string): string {
  return words.trySay(`audit.did.${action}.${kind}`) ?? words.trySay(`audit.did.${action}`) ?? action;
}

export const sayKind = (kind: string): string => words.trySay(`audit.kind.${kind}`) ?? kind;

/** "Series “Window 43”", "Batch of paper 3, Audience award". */
export function sayObject({ kind, number, title, label }: Pick<AuditLine, "kind" | "number" | "title" | "label">): string {
  const name = [label, words.pick(title)].filter(Boolean).join(", ");
  if (name) return words.say("audit.object", { kind: sayKind(kind), name });
  return number === null ? sayKind(kind) : words.say("audit.object", { kind: sayKind(kind), name: words.number(number, { useGrouping: false }) });
}
