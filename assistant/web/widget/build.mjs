// Builds the widget into one file: node build.mjs [--out FILE]
import { build, transform } from "esbuild";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const { version } = JSON.parse(await readFile(`${here}package.json`, "utf8"));
const given = process.argv.indexOf("--out");
const outfile =
  given > 0 ? process.argv[given + 1] : `${here}../static/widget/v${version}/kgc-chat.js`;

/** Lengths in rem, but for the unit itself and the conditions, which know no variables. */
const LENGTHS = /@media[^{]*\{|--rem:[^;}]*|(\d*\.?\d+)rem\b/g;

/** Style sheets become text, without their comments and spaces; their rem is at least 16 px. */
const styles = {
  name: "styles",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.replace(LENGTHS, (all, count) => (count === undefined ? all : `calc(${count}*var(--rem))`)), loader: "text" };
    });
  },
};

/** Templates lose the line breaks and indentation between their tags. */
const templates = {
  name: "templates",
  setup({ onLoad }) {
    onLoad({ filter: /src\/view\/.*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      return { contents: source.replace(/>\s*\n\s*</g, "><").replace(/\n\s+/g, "\n "), loader: "ts" };
    });
  },
};

await build({
  absWorkingDir: here,
  entryPoints: ["src/kgc-chat.ts"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  banner: {
    js: `/*! kgc-chat ${version}, MIT. Contains Lit (BSD-3-Clause, Google LLC) and DOMPurify (Apache-2.0, Cure53). */`,
  },
  plugins: [styles, templates],
  outfile,
  logLevel: "warning",
});
