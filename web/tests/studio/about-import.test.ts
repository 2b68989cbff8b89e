import { describe, expect, test } from "vitest";
import type { About } from "../../src/api/types";
import { draftOf, fieldsOf } from "../../src/studio/about/draft";
import { findIn, type Lookup } from "../../src/studio/about/import/columns";
import { readFile, textOf, Unreadable } from "../../src/studio/about/import/read-file";

const LOOKUP: Lookup = {
  country: (name) => ({ "iran, islamic republic of": "IR", belarus: "BY", by: "BY", kz: "KZ" })[name.toLowerCase()],
  language: (name) => ({ farsi: "fa", russian: "ru", ru: "ru" })[name.toLowerCase()],
};
const EMPTY: About = {
  version: 1, saved_at: null, saved_by: null, can_undo: false, locked: false, countries_enforced: false, time_zone: "UTC",
  fields: {
    title: { en: "Old" }, synopsis: {}, genre: {}, notes: {}, original_lang: null, country: "KZ", rating: "12+", credits: [{ part: "director", name: "Old" }, { part: "sound", name: "Stays" }],
    companies: [], contact: { name: "", email: "", phone: "" }, ai: null, rights: { begins: null, ends: null, rule: "everywhere", countries: [] },
  },
  episodes: [],
};
/** A line of a FilmFreeway export, shortened. */
const FREEWAY = [
  "First Name,Last Name,Birthdate,Email,Phone,Country,Project Title,Project Title (Original Language),Synopsis,Synopsis (Original Language),Duration,Country of Origin,Language,Genres,Directors,Writers,Producers,Key Cast,Other Credits,Submission Categories,Wardrobe",
  'Roya,Daneshvar,1990-01-01,roya@film.example,+98 21 1,Germany,Window 43,پنجرهٔ ۴۳,"A window, and a ""door"".",پنجره,00:01:30,"Iran, Islamic Republic of",Farsi,"Drama, Mystery","Roya Daneshvar, Ann Lee",Ann Lee,Bo Chan,"Cy Dee (Mother), Di Ek","Editor: Ed Fox; Stunts: Gus Hu",Main,Coats',
].join("\r\n");

const named = (text: string | Uint8Array<ArrayBuffer>, name: string): File => new File([text], name);
const rowsOf = (text: string, name = "a.csv") => readFile(named(text, name));
const whyNot = async (file: File): Promise<string> => {
  try {
    await readFile(file);
    return "";
  } catch (error) {
    return error instanceof Unreadable ? error.why : String(error);
  }
};

describe("an export of FilmFreeway", () => {
  test("fills the form, names what nobody knows, and leaves alone what is not needed", async () => {
    const [row = {}] = await rowsOf(FREEWAY);
    const found = findIn(row, LOOKUP);
    const draft = draftOf(EMPTY, []);
    for (const taken of found.taken) taken.put(draft);

    expect(fieldsOf(draft, "UTC")).toMatchObject({
      title: { en: "Window 43", fa: "پنجرهٔ ۴۳" },
      synopsis: { en: 'A window, and a "door".', fa: "پنجره" },
      genre: { en: "Drama, Mystery" },
      original_lang: "fa",
      country: "IR",
      contact: { name: "Roya Daneshvar", email: "roya@film.example", phone: "+98 21 1" },
    });
    expect(draft.credits.map(({ part, name }) => `${part}: ${name}`)).toEqual([
      "sound: Stays", "director: Roya Daneshvar", "director: Ann Lee", "writer: Ann Lee", "producer: Bo Chan", "cast: Cy Dee", "cast: Di Ek", "editor: Ed Fox", "Stunts: Gus Hu",
    ]);
    expect(found.unknown).toEqual(["Wardrobe"]);
    expect(found.unused).toEqual(["Birthdate", "Duration", "Submission Categories"]);
    expect(found.unclear).toEqual([]);
  });

  test("says which values it does not understand", async () => {
    const [row = {}] = await rowsOf("Project Title,Country of Origin,Language,Email\nWindow,Atlantis,Elvish,nobody");
    expect(findIn(row, LOOKUP).unclear.map(({ column }) => column)).toEqual(["Country of Origin", "Language", "Email"]);
  });

  test("may hold many series", async () => {
    expect(await rowsOf("Project Title,Synopsis\nOne,A\n\nTwo,B\n")).toHaveLength(2);
  });
});

describe("our own columns", () => {
  const OURS = {
    title: { en: "Night Bus", ru: "Ночной автобус" }, original_lang: "ru", country: "BY", rating: "16+", credits: [{ part: "Director", name: "Ann" }, { part: "", name: "Nobody" }],
    companies: [{ part: "sales", name: "Depot" }], contact: { email: "a@b.example" }, ai: { used: true, what: "Crowds", where: ["image", "dreams"] },
    rights: { begins: "2026-11-01", ends: "2027-11-01 10:30", countries: ["KZ", "BY"] }, colour: "blue",
  };

  test("are read from JSON", async () => {
    const [row = {}] = await rowsOf(JSON.stringify([OURS]), "a.json");
    const found = findIn(row, LOOKUP);
    const draft = draftOf(EMPTY, []);
    for (const taken of found.taken) taken.put(draft);

    expect(fieldsOf(draft, "UTC")).toMatchObject({
      title: OURS.title, original_lang: "ru", country: "BY", rating: "16+", companies: [{ part: "sales", name: "Depot" }], ai: { used: true, what: "Crowds", where: ["image"] },
      rights: { begins: "2026-11-01T00:00:00.000Z", ends: "2027-11-01T10:30:00.000Z", rule: "only", countries: ["BY", "KZ"] },
    });
    expect(draft.credits.at(-1)).toEqual({ part: "director", name: "Ann" });
    expect(found.unknown).toEqual(["colour"]);
  });

  test("are read from a table", async () => {
    const [row = {}] = await rowsOf('title.en;credits;companies;rating\nNight Bus;"director: Ann, Bo\nsound: Cy";"Depot (sales)\nTram";21+');
    const found = findIn(row, LOOKUP);
    const draft = draftOf(EMPTY, []);
    for (const taken of found.taken) taken.put(draft);

    expect(draft.companies).toEqual([{ part: "sales", name: "Depot" }, { part: "production", name: "Tram" }]);
    expect(draft.credits.map(({ name }) => name)).toEqual(["Ann", "Bo", "Cy"]);
    expect(found.unclear).toEqual([{ column: "rating", value: "21+" }]);
  });
});

describe("files that cannot be read", () => {
  test.each([
    ["spreadsheet", named(new Uint8Array([0x50, 0x4b, 3, 4]), "a.csv")],
    ["not_text", named(new Uint8Array([0xcf, 0xf0, 0xe8, 0x2c, 0xe2]), "a.csv")],
    ["not_text", named("a\u0000b", "a.csv")],
    ["bad_json", named('{"title": ', "a.json")],
    ["bad_json", named("[1, 2]", "a.json")],
    ["bad_csv", named("Dear festival\nhere is my film", "a.csv")],
    ["empty", named("[]", "a.json")],
    ["empty", named("Project Title,Synopsis\n", "a.csv")],
    ["too_large", named("a".repeat(4 * 1024 * 1024 + 1), "a.csv")],
  ])("say why: %s", async (why, file) => {
    expect(await whyNot(file)).toBe(why);
  });

  test("tables in UTF-16 and with a byte order mark are read", () => {
    expect(textOf(new Uint8Array([0xff, 0xfe, 0x41, 0, 0x2c, 0]))).toBe("A,");
    expect(textOf(new TextEncoder().encode("\ufeffA,"))).toBe("A,");
  });
});
