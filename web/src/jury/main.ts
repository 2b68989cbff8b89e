import { open } from "../shared/open";
import App from "./App.svelte";

void open(App, "jury", ["crew", "you", "juries"]);
