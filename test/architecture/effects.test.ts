import { describe, expect, test } from 'vitest';
import { idleCalls, withoutComments } from './imports.ts';
import { filesBelow, sourceFiles, type SourceFile } from './source-files.ts';

/** One effect that only a few files may have, and why each of them may. */
interface Rule {
  readonly effect: string;
  readonly pattern: RegExp;
  readonly allowed: Readonly<Record<string, string>>;
}

const RULES: readonly Rule[] = [
  {
    // One stray line on stdout breaks every client that is connected over stdio.
    effect: 'writes to stdout or the console',
    pattern: /\bconsole\.|process\.stdout\b/,
    allowed: {
      'src/cli/terminal/terminal.ts': 'the one place where commands write',
      'src/mcp/stdio/serve-stdio.ts': 'hands stdout to the protocol',
    },
  },
  {
    // Code that reads the environment by itself cannot be configured by flag or file, nor tested beside others.
    effect: 'reads the environment',
    pattern: /process\.env\b/,
    allowed: { 'src/cli/terminal/terminal.ts': 'passes it to the resolver' },
  },
  {
    // The rules of this page find what is written out; taken apart, `process` is read past them.
    effect: 'takes process apart',
    pattern: /\bprocess\[|\}\s*=\s*process\b(?!\.)|from 'node:process'/,
    allowed: { 'src/mcp/lazy-validator.ts': 'takes the place of a module of the SDK that does' },
  },
  {
    // Code that asks the machine itself can be tested on that machine only.
    effect: 'asks for the platform or the home folder',
    pattern: /process\.platform\b|\bhomedir\b/,
    allowed: {
      'src/cli/terminal/terminal.ts': 'passes both to the resolver and to commands',
      'src/images/import/local-file.ts': 'Linux tells where an open file is; elsewhere names are compared',
      'src/images/files/held-folder.ts': 'Linux makes files by way of an open folder; Windows cannot open one',
      'src/store/sqlite/pragmas.ts': 'macOS needs a setting of its own to reach the disk',
      'src/store/sqlite/location.ts': 'numbers of network file systems are those of Linux',
    },
  },
  {
    // An early end of the process leaves files and requests of other calls half done.
    effect: 'ends the process',
    pattern: /process\.(exit|abort|kill|exitCode)\b/,
    allowed: {
      'src/main.ts': 'the one place that does',
      'src/jobs/engine/process-identity.ts': 'kill(pid, 0) asks whether a process lives',
      'src/images/worker/answer-parent.ts': 'a process of one order ends itself once its parent is gone',
    },
  },
  {
    // Tests with a real clock are slow or wrong, mostly both.
    effect: 'takes its own time',
    pattern: /\bDate\.now\b|\bperformance\.now\b|\bset(Timeout|Interval)\b|\bnew Date\(\)/,
    allowed: { 'src/shared/time/clock.ts': 'the one clock' },
  },
  {
    effect: 'draws its own randomness',
    pattern: /\bMath\.random\b|\brandom(Bytes|UUID|Int)\b|getRandomValues/,
    allowed: { 'src/shared/random.ts': 'the one source' },
  },
  {
    // Node’s own fetch knows neither the proxy nor the certificates nor the host check.
    effect: 'uses a global way into the network',
    pattern: /(?<![.\w]|async )fetch\(|globalThis\.fetch|\bnew (WebSocket|EventSource|XMLHttpRequest)\b/,
    allowed: { 'src/mcp/http/signing/upload-page.ts': 'the script of a page, which runs in a browser' },
  },
];

/** The studio's page runs in a browser, whose time, randomness and network come from its bridge, in the page's own rules. */
const IN_A_BROWSER = 'src/apps/';

/** Every forbidden effect of a file, as one sentence each. */
function violations(file: SourceFile): readonly string[] {
  if (file.path.startsWith(IN_A_BROWSER)) return [];
  const code = withoutComments(file);
  return RULES.filter((rule) => rule.pattern.test(code) && !(file.path in rule.allowed)).map(
    ({ effect }) => `${file.path} ${effect}`,
  );
}

describe('effects', () => {
  test('stay where they belong', () => {
    expect(sourceFiles().flatMap(violations)).toEqual([]);
  });

  test('no exception has outlived its file', () => {
    const files = new Map(sourceFiles().map((file) => [file.path, withoutComments(file)]));
    const idle = RULES.flatMap(({ allowed, pattern }) =>
      Object.keys(allowed).filter((path) => !pattern.test(files.get(path) ?? '')),
    );
    expect(idle).toEqual([]);
  });

  test.each([
    `console.log('x');`,
    `process.stdout.write('x');`,
    `const home = process.env['HOME'];`,
    `if (process.platform === 'win32') run();`,
    `import { homedir } from 'node:os';`,
    `process.exit(1);`,
    `const now = Date.now();`,
    `setTimeout(() => {}, 5);`,
    `const now = new Date();`,
    `import { setTimeout } from 'node:timers/promises';`,
    `const id = crypto.randomUUID();`,
    `await fetch('https://example.com');`,
    `const line = new WebSocket('wss://example.com');`,
    `const { env } = process;`,
    `const home = process['env']['HOME'];`,
    `import { env } from 'node:process';`,
  ])('the check can fail: %s', (text) => {
    expect(violations({ path: 'src/tools/planted.ts', text })).not.toEqual([]);
  });

  test.each([`/** Unlike Date.now, this … */`, `const day = new Date(ms);`, `modern.fetch(request);`])(
    'the check lets pass what is right: %s',
    (text) => expect(violations({ path: 'src/tools/planted.ts', text })).toEqual([]),
  );
});

describe('a call of the language whose result nobody takes', () => {
  test('is nowhere, since a build leaves it out together with the error that it was to throw', () => {
    const found = sourceFiles().flatMap((file) => idleCalls(file).map((call) => `${file.path}: ${call}`));
    expect(found).toEqual([]);
  });

  test.each(['decodeURIComponent(text);', 'String(value);', 'JSON.parse(text);', 'new URL(x);'])(
    'the check can fail: %s',
    (call) => expect(idleCalls({ path: 'src/x.ts', text: `try { ${call} } catch {}` })).toHaveLength(1),
  );

  test.each(['const read = decodeURIComponent(text);', 'Object.assign(facts, more);', 'Object.freeze(value);'])(
    'the check lets pass what is right: %s',
    (text) => expect(idleCalls({ path: 'src/x.ts', text })).toEqual([]),
  );
});

/** A limit on the difference of two readings of a clock. Real time says more about other work on the machine. */
const TIMED = /\bexpect\((?:performance\.now|Date\.now)\(\) - [\w.]+\)\s*\.toBeLess/;
/** Runs of their own, which measure; `npm test` and `npm run test:long` take none of them. */
const MEASURES = /^test\/(bench|compat|pack)\/|\.soak\.ts$/;

function timedIn(file: SourceFile): readonly string[] {
  if (MEASURES.test(file.path) || !TIMED.test(withoutComments(file))) return [];
  return [`${file.path} limits real time; cpuMs and turnsMs of test/support/work.ts do not`];
}

/** The examples of this file are no limits. */
const HERE = 'test/architecture/effects.test.ts';

/** Limits of conditions and tests, in milliseconds, that are shorter than those of `vitest.config.ts`. */
function hastyIn(file: SourceFile): readonly string[] {
  if (MEASURES.test(file.path)) return [];
  const text = withoutComments(file);
  const limits = (pattern: RegExp, least: number) =>
    [...text.matchAll(pattern)]
      .map(([, ms, other]) => Number((ms ?? other ?? '').replaceAll('_', '')))
      .filter((ms) => ms < least);
  const found = [
    ...limits(/\.(?:poll|waitFor)\([^;]*?\{[^{};]*\btimeout: ([\d_]+)/g, 60_000),
    ...limits(/['`],\s+\{[^{};]*\btimeout: ([\d_]+)[^{};]*\},\s+(?:async )?\(|\btestTimeout: ([\d_]+)/g, 180_000),
  ];
  return found.map((ms) => `${file.path} gives up after ${ms} ms; leave the limit to vitest.config.ts`);
}

describe('limits of time in tests', () => {
  test('are never shorter than those of all tests, which a busy machine keeps', () => {
    const files = filesBelow('test').filter(({ path }) => path.endsWith('.ts') && path !== HERE);
    expect(files.flatMap(hastyIn)).toEqual([]);
  });

  test.each([
    [`await expect.poll(state, { timeout: 20_000 }).toBe(1);`, 1],
    [`await expect.poll(state, { interval: 5, timeout: 60_000 }).toBe(1);`, 0],
    [`test('x', { tags: 'long', timeout: 60_000 }, async () => {});`, 1],
    [`test('x', { timeout: 400_000 }, () => {});`, 0],
    [`vi.setConfig({ testTimeout: 90_000 });`, 1],
    [`client.callTool(params, { timeout: 1_000 });`, 0],
  ])('the check of %s finds %i', (text, count) => {
    expect(hastyIn({ path: 'test/x.test.ts', text })).toHaveLength(count);
  });

  test('are of work or of turns, which a busy machine does not change', () => {
    const files = filesBelow('test').filter(({ path }) => path.endsWith('.ts'));
    expect(files.flatMap(timedIn)).toEqual([]);
  });

  test('the check can fail', () => {
    const text = ['expect(performance', 'now() - began).toBeLessThan(100);'].join('.');
    expect(timedIn({ path: 'test/x.test.ts', text })).toHaveLength(1);
    expect(timedIn({ path: 'test/x.soak.ts', text })).toEqual([]);
    expect(timedIn({ path: 'test/x.test.ts', text: 'expect(await cpuMs(work)).toBeLessThan(100);' })).toEqual([]);
  });
});
