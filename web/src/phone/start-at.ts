/** `?t=43` of an address: the second a film begins at, or null. */
export function startOf(search: string): number | null {
  const text = new URLSearchParams(search).get("t");
  return text !== null && /^\d{1,5}$/.test(text) ? Number(text) : null;
}
