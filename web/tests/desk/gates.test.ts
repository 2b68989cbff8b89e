import { expect, test } from "vitest";
import { stepOf } from "../../src/desk/awards/gates";

const gates = (people: string, flags = "passed") => [{ name: "flags", state: flags }, { name: "people", state: people }] as never;
const dana = { id: 1, role: "organiser" } as never;
const asel = { id: 2, role: "auditor" } as never;
const publication = (state: string, asked_by: { id: number; name: string } | null = null) => ({ state, asked_by }) as never;

test.each([
  ["one gate is shut", gates("later", "waiting"), publication("open"), dana, "gates"],
  ["an organiser may ask", gates("waiting"), publication("open"), dana, "ask"],
  ["an auditor waits for an organiser", gates("waiting"), publication("open"), asel, "organiser_asks"],
  ["who asked waits", gates("waiting"), publication("asked", { id: 1, name: "Dana" }), dana, "asked_by_you"],
  ["the other agrees", gates("waiting"), publication("asked", { id: 1, name: "Dana" }), asel, "agree"],
  ["it is done", gates("passed"), publication("published"), asel, "published"],
])("%s", (_, given, state, reader, step) => {
  expect(stepOf(given, state, reader)).toBe(step);
});
