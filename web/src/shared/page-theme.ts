import "./matinee.css";

/** Studio and desk follow the system: light ("Matinee") or dark ("Foyer"). The other pages are dark only. */
export function followSystemTheme(): void {
  const light = matchMedia("(prefers-color-scheme: light)");
  const apply = (): void => {
    if (light.matches) document.documentElement.dataset["theme"] = "light";
    else delete document.documentElement.dataset["theme"];
  };
  apply();
  light.addEventListener("change", apply);
}
