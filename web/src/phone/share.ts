/** The phone's own share sheet, or the address on the clipboard. */
export async function share(title: string, path: string): Promise<"shared" | "copied" | "neither"> {
  const url = new URL(path, location.href).href;
  if (typeof navigator.share === "function") {
    return navigator.share({ title, url }).then(() => "shared" as const, () => "neither" as const);
  }
  return copy(url).then((done) => (done ? "copied" : "neither"));
}

/** Pages on a local network without a certificate have no clipboard: the old way still works there. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "unseen";
  (document.querySelector("dialog[open]") ?? document.body).append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
