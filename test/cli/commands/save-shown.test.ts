import { readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { plain } from '../../images/pictures.ts';
import { TestInstallation } from '../../support/program/test-installation.ts';
import { fakeTerminal } from '../fake-terminal.ts';

let installation: TestInstallation;
beforeEach(async () => {
  installation = await TestInstallation.create();
  for (const name of ['before.png', 'after.png'])
    await writeFile(join(installation.folder, name), await plain(80, 60).png().toBuffer());
  await mkdir(join(installation.folder, 'out'));
});
afterEach(() => installation.end());

async function show(...args: readonly string[]) {
  const { folder } = installation;
  const env = installation.environment(undefined, { FIREFLY_LOG_LEVEL: 'error' });
  const terminal = fakeTerminal(['call', 'show_images', '--demo', ...args], { env, cwd: folder, home: folder });
  const code = await main(terminal);
  return { code, ...terminal.output };
}
const out = (...names: readonly string[]) => join(installation.folder, 'out', ...names);

test('a sheet of before and after is saved as what it shows, in the format of its name', async () => {
  const both = ['--images', 'before.png,after.png'];
  for (const [name, format] of [
    ['sheets/pair.jpg', 'jpeg'],
    ['sheets/pair.webp', 'webp'],
    ['sheets/pair', undefined],
  ] as const) {
    const { code, out: printed, err } = await show(...both, '--save', name);
    expect(code, err).toBe(0);
    const { saved } = JSON.parse(printed) as { saved: readonly { path: string; mime_type: string; bytes: number }[] };
    const bytes = await readFile(saved[0]?.path ?? '');
    expect(saved).toMatchObject([{ bytes: bytes.length }]);
    const found = await sharp(bytes).metadata();
    if (format !== undefined) expect(found.format).toBe(format);
    // Two pictures of 80x60 side by side.
    expect(found.width).toBeGreaterThan(1.5 * found.height);
  }
  expect(readdirSync(out('sheets'))).toHaveLength(3);
});

test('what is shown has no tokens for a name, and nothing is written over', async () => {
  await writeFile(out('pair.png'), 'mine');
  const refused = await show('--images', 'before.png,after.png', '--save', '{prompt}.png');
  expect(refused.code).toBe(1);
  expect(refused.err).toContain('has no prompt, seed or number');
  expect(await show('--images', 'before.png,after.png', '--save', './pair.png')).toMatchObject({ code: 0 });
  expect(readdirSync(out()).toSorted()).toEqual(['pair-2.png', 'pair.png']);
});
