import { build, type Rolldown } from "vite";

/** One classic script without imports, for a worker or to stand in a page. */
export async function classicScript(entry: string, define: Record<string, string> = {}): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: "error",
    define,
    build: { write: false, target: "es2022", minify: true, rolldownOptions: { input: entry, output: { format: "iife" } } },
  });
  const output = (Array.isArray(built) ? built[0] : built) as Rolldown.RolldownOutput;
  const chunk = output.output.find((each) => each.type === "chunk");
  if (!chunk) throw new Error(`${entry} was not built`);
  return chunk.code;
}
