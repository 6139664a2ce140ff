import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import packageFacts from '../../package.json' with { type: 'json' };
import { ASKED_OPTIONS, DESCRIPTION, PUBLISHER } from '../../packaging/description.mjs';
import { COPIES, generatedFiles } from '../../packaging/files.mjs';
import { isPlaceholder } from '../../src/config/placeholders.ts';
import { OPTION_LIST } from '../../src/config/options.ts';
import { ROOT } from '../architecture/source-files.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

test('every generated file is what the description says (`npm run packaging` writes them)', async () => {
  const files = await generatedFiles(packageFacts.version);
  expect([...files.keys()]).toEqual(expect.arrayContaining(['server.json', 'Dockerfile', 'mcp.json.example']));
  for (const [path, text] of files) expect({ path, text: read(path) }).toEqual({ path, text });
  for (const [copy, original] of Object.entries(COPIES)) {
    expect(readFileSync(join(ROOT, copy)).equals(readFileSync(join(ROOT, original)))).toBe(true);
  }
});

describe('the description', () => {
  test('agrees with package.json', () => {
    const { name, description, license, keywords, bin, repository, homepage, bugs, mcpName, author } = packageFacts;
    expect({ name, description, license, keywords, homepage }).toEqual({
      name: DESCRIPTION.package,
      description: DESCRIPTION.description,
      license: DESCRIPTION.license,
      keywords: DESCRIPTION.keywords,
      homepage: DESCRIPTION.homepage,
    });
    expect(Object.keys(bin)).toEqual(Object.values(DESCRIPTION.bins));
    expect(repository.url).toBe(`git+${DESCRIPTION.repository}.git`);
    expect(bugs.url).toBe(`${DESCRIPTION.repository}/issues`);
    expect(mcpName).toBe(DESCRIPTION.registryName);
    expect(author).toBe(PUBLISHER);
    expect(packageFacts.publishConfig).toEqual({ access: 'public', provenance: true });
  });

  test('asks for options that exist, and treats as secret what the option table does', () => {
    const secrecy = new Map(OPTION_LIST.map(([, { variables, secret }]) => [variables[0], secret]));
    expect(ASKED_OPTIONS.map(({ variable, secret }) => [variable, secret])).toEqual(
      ASKED_OPTIONS.map(({ variable }) => [variable, secrecy.get(variable)]),
    );
    expect(ASKED_OPTIONS.filter(({ secret }) => secret).map(({ variable }) => variable)).toEqual([
      'FIREFLY_CLIENT_SECRET',
    ]);
  });

  test('has examples that the program takes for "not configured"', () => {
    const examples = ASKED_OPTIONS.flatMap(({ example }) => example ?? []);
    expect(examples).toHaveLength(2);
    expect(examples.filter((example) => !isPlaceholder(example))).toEqual([]);
  });

  test('sends reports of vulnerabilities to the private form', () => {
    expect(DESCRIPTION.advisories).toBe(`${DESCRIPTION.repository}/security/advisories/new`);
  });
});

test('every generated file with an address names the publisher', async () => {
  const files = await generatedFiles(packageFacts.version);
  const withAddress = [...files].filter(([, text]) => /github\.com|ghcr\.io|io\.github/.test(text));
  expect(withAddress.length).toBeGreaterThan(5);
  expect(withAddress.filter(([, text]) => !text.includes(PUBLISHER)).map(([path]) => path)).toEqual([]);
});

test('the bundle for Claude Desktop takes the versions of the package, and no native module', () => {
  const { dependencies: bundled } = JSON.parse(read('packaging/mcpb/package.json')) as { dependencies: object };
  const { dependencies } = packageFacts;
  expect(bundled).toEqual({ ...dependencies, '@img/sharp-wasm32': dependencies.sharp });
});
