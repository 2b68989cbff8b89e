import { provedFor } from "../../api/client";
import { NO_NETWORK, problemOf, unreachable } from "../../api/problem";

type Form = "csv" | "jsonl";

/** The file a POST answers with; that it was taken is itself noted. */
export async function downloadLog(form: Form, asked: unknown): Promise<void> {
  const response = await ask(form, asked, false);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = `audit.${form}`;
  link.click();
  setTimeout(() => { URL.revokeObjectURL(link.href); }, 10_000);
}

/** Once more where a fresh proof was asked for and given. */
async function ask(form: Form, asked: unknown, proved: boolean): Promise<Response> {
  const response = await fetch(`/api/desk/audit/export/${form}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(asked), credentials: "same-origin",
  }).catch(() => {
    throw unreachable(NO_NETWORK);
  });
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (proved || !(await provedFor(problem))) throw problem;
  return ask(form, asked, true);
}
