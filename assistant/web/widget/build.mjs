// Builds the widget into one file: node build.mjs [--out FILE]
import { build, transform } from "esbuild";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const { version } = JSON.parse(await readFile(`${here}package.json`, "utf8"));
const given = process.argv.indexOf("--out");
const served = `${here}../static/widget`;
const outfile = given > 0 ? process.argv[given + 1] : `${served}/v${version}/kgc-chat.js`;

// Pages pin a released version by its hash, and browsers keep it for a year.
const released = JSON.parse(await readFile(`${served}/released.json`, "utf8"));
if (given < 0 && Object.hasOwn(released, version)) {
  console.error(`${version} is released and never changes: raise the version in package.json`);
  process.exit(1);
}

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

/** All languages have the keys of the first one, in its order; only that one keeps them. */
const words = {
  name: "words",
  setup({ onLoad }) {
    onLoad({ filter: /words\/(en|leicht)\.json$/ }, async ({ path }) => {
      const values = JSON.stringify(Object.values(JSON.parse(await readFile(path, "utf8"))));
      const named = "Object.fromEntries(Object.keys(de).map((key, n) => [key, values[n]]))";
      return { contents: `import de from "./de.json"; const values = ${values}; export default ${named};`, loader: "js" };
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
  plugins: [styles, words, templates],
  outfile,
  logLevel: "warning",
});
