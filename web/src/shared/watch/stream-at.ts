/** The stream of one package: for those who may watch it before the release, when it is in no feed. */

import { get } from "../../api/client";
import type { Stream } from "../../api/types";

export function streamOf(packageId: string): Promise<Stream> {
  return get<Stream>(`/api/streams/${packageId}`, { retries: 2 });
}
