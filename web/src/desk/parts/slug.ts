/** An address made of a name; `otherwise` where nothing of it is Latin. */
export function slugFrom(name: string, otherwise: string): string {
  const latin = name.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  return latin.slice(0, 80) || otherwise;
}
