/** JSON in localStorage that never throws: a phone that forbids it forgets, and still plays. */

/** Where the settings lie: the first script of a film's page looks there, too. */
export const SETTINGS_KEY = "tallscreen.settings";

export function readKept<Value>(key: string, otherwise: Value): Value {
  try {
    const text = localStorage.getItem(key);
    return text === null ? otherwise : (JSON.parse(text) as Value);
  } catch {
    return otherwise;
  }
}

export function keep(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Full or forbidden: nothing that was kept on the server is touched by it.
  }
}
