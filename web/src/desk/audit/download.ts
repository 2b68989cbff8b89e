import { NO_NETWORK, problemOf, unreachable } from "../../api/problem";

/** The file a POST answers with; that it was taken is itself noted. */
export async function downloadLog(form: "csv" | "jsonl", asked: unknown): Promise<void> {
  const response = await fetch(`/api/desk/audit/export/${form}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(asked), credentials: "same-origin",
  }).catch(() => {
    throw unreachable(NO_NETWORK);
  });
  if (!response.ok) throw await problemOf(response);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = `audit.${form}`;
  link.click();
  setTimeout(() => { URL.revokeObjectURL(link.href); }, 10_000);
}
