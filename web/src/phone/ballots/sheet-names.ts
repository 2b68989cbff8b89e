export type VoteSheet = "ballot" | "receipt";

/** "ballot-1-11" or "receipt-1-11": the award, and the entry a sheet speaks of or comes from; 0 for none. */
export function sheetOf(kind: VoteSheet, award: number, entry: number): string {
  return `${kind}-${String(award)}-${String(entry)}`;
}

export function isVoteSheet(name: string | null): boolean {
  return /^(ballot|receipt)-/.test(name ?? "");
}
