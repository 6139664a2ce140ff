// @ts-check
// The studio's page: src/apps/studio/ as one HTML file that loads nothing.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = path.join(ROOT, 'src/apps/studio/index.html');
/** Name of the page beside every bundle of the program. */
export const STUDIO = 'studio.html';

const STYLESHEET = /[ \t]*<link rel="stylesheet" href="([^"]+)" ?\/?>\n?/g;
const SCRIPT = /<script type="module" src="([^"]+)"><\/script>/;

/**
 * Builds the page: each stylesheet that `index.html` links is put into it, and its script with all that the script imports,
 * so that the page works within the default content security policy of MCP Apps. Both are minified.
 * @returns {Promise<{ html: string; modules: readonly string[] }>} the page, and the ids of the modules in it
 * @throws Error where `index.html` has no script, or an import cannot be found
 */
export async function buildStudio() {
  const page = await readFile(PAGE, 'utf8');
  const entry = SCRIPT.exec(page)?.[1];
  if (entry === undefined) throw new Error(`${PAGE} has no <script type="module" src="…"></script>`);
  const sheets = [...page.matchAll(STYLESHEET)].map(([, href = '']) => path.resolve(path.dirname(PAGE), href));
  const { code, modules } = await bundleScript(path.resolve(path.dirname(PAGE), entry));
  const css = (await Promise.all(sheets.map((sheet) => readFile(sheet, 'utf8')))).map(minifyCss).join('\n');
  const html = page
    .replace(STYLESHEET, '')
    .replace(SCRIPT, () => `<script type="module">${escapeScript(code)}</script>`)
    .replace('</head>', () => `<style>${css.replaceAll('</', '<\\/')}</style>\n  </head>`);
  return { html, modules };
}

/**
 * @param {string} entry
 * @returns {Promise<{ code: string; modules: readonly string[] }>}
 */
async function bundleScript(entry) {
  const build = await rolldown({
    cwd: ROOT,
    input: entry,
    platform: 'browser',
    transform: {
      target: 'es2022',
      define: { 'process.env.NODE_ENV': '"production"' },
      // Children as arguments rather than as a property that is named each time: 5 kB less.
      jsx: { runtime: 'classic', pragma: 'h', pragmaFrag: 'Fragment' },
      inject: { h: ['preact', 'h'], Fragment: ['preact', 'Fragment'] },
    },
    // A page that asks for a package which is not there would otherwise be written without a word.
    onLog(level, log, handler) {
      if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message);
      handler(level, log);
    },
  });
  try {
    const { output } = await build.generate({ format: 'iife', minify: true, codeSplitting: false, comments: false });
    const [chunk] = output;
    return { code: chunk.code, modules: chunk.moduleIds };
  } finally {
    await build.close();
  }
}

/**
 * The script as text that cannot end its element. `</script` and `<!--` occur in strings and regular expressions only,
 * where `\x3c` is another spelling of their first character.
 * @param {string} code
 */
function escapeScript(code) {
  return code.replace(/<(?=\/script|!--)/gi, '\\x3c');
}

/**
 * A stylesheet without comments, and without line ends, spaces and zeros that mean nothing. Strings stay as they are.
 * @param {string} css
 */
function minifyCss(css) {
  return css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/"[^"\n]*"|'[^'\n]*'|\s*\n\s*|: |, | \{| > /g, (part) => (/^["']/.test(part) ? part : part.trim()))
    .replace(/;\}/g, '}')
    .replace(/(?<=[ ,(:])0(?=\.\d)/g, '')
    .trim();
}
