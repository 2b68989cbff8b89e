import { open } from "../shared/open";
import { followSystemTheme } from "../shared/page-theme";
import App from "./App.svelte";

followSystemTheme();
void open(App, "desk", ["crew", "credits", "failure", "you", "review", "programme", "juries", "people", "screeners", "paper", "audit", "settings", "report", "publish"]);
