export const PLAYER_SHEETS = ["episodes", "subtitles", "speed", "more"] as const;
export type PlayerSheet = (typeof PLAYER_SHEETS)[number];

export function isPlayerSheet(name: string): name is PlayerSheet {
  return (PLAYER_SHEETS as readonly string[]).includes(name);
}
