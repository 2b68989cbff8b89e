/** What can be told of a file before a byte of it is sent. */

import { pause } from "../../api/client";
import type { Found } from "./container";
import { gate } from "./gate";
import type { Refusal } from "./kinds";

export interface Looked {
  /** null where the browser could not tell: the festival's machines know more */
  found: Found | null;
  refusal: Refusal | null;
}

const PATIENCE = 10_000;

export async function lookInto(file: Blob): Promise<Looked> {
  try {
    const refusal = await gate(file);
    if (refusal) return { found: null, refusal };
    const { readContainer } = await import("./container");
    const told = await Promise.race([readContainer(file), pause(PATIENCE)]);
    if (!told) return { found: null, refusal: null };
    return "code" in told ? { found: null, refusal: told } : { found: told, refusal: null };
  } catch {
    return { found: null, refusal: null };
  }
}
