/** Files that may want a fresh proof first: a link would save the refusal instead. */

import { request, type RequestOptions } from "../../api/client";

export async function download(path: string, name: string, options: RequestOptions = {}): Promise<void> {
  const method = options.body === undefined ? "GET" : "POST";
  const file = await request<Blob>(method, path, { timeout: 120_000, ...options, file: true });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => { URL.revokeObjectURL(link.href); }, 10_000);
}
