/** The stream of one package: for those who may watch it before the release, when it is in no feed. */

import { get } from "../../api/client";
import type { Stream } from "../../api/types";

export function streamOf(packageId: string): Promise<Stream> {
  return get<Stream>(`/api/streams/${packageId}`, { retries: 2 });
}

/** The package a picture's address belongs to: `/media/<package>/...`. */
export function packageOf(address: string): string | undefined {
  return /^\/media\/([0-9a-f-]{36})\//.exec(address)?.[1];
}
