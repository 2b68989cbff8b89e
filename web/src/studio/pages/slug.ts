/** The series' address from its title: Latin letters, digits and single dashes. */

const CYRILLIC: Record<string, string> = {
  а: "a", б: "b", в: "v", г: "g", д: "d", е: "e", ё: "e", ж: "zh", з: "z", и: "i", й: "y", к: "k", л: "l", м: "m", н: "n", о: "o", п: "p", р: "r",
  с: "s", т: "t", у: "u", ф: "f", х: "kh", ц: "ts", ч: "ch", ш: "sh", щ: "shch", ъ: "", ы: "y", ь: "", э: "e", ю: "yu", я: "ya", ў: "u", і: "i",
  ә: "a", ғ: "g", қ: "q", ң: "ng", ө: "o", ұ: "u", ү: "u", һ: "h", ӣ: "i", ӯ: "u", ҳ: "h", ҷ: "j",
};
const LONGEST = 80;

/** Empty where nothing of the title can be written so; then a person names it. */
export function slugOf(title: string): string {
  const composed = Array.from(title.normalize("NFC").toLowerCase(), (sign) => CYRILLIC[sign] ?? sign).join("");
  const latin = composed.normalize("NFKD").replace(/[\p{M}'’ʻʼ`]/gu, "");
  return latin.replace(/[^a-z0-9]+/g, "-").slice(0, LONGEST).replace(/^-+|-+$/g, "");
}

export function isSlug(text: string): boolean {
  return text.length <= LONGEST && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text);
}
