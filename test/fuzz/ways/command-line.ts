import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands/registry.ts';
import { UsageError } from '../../../src/cli/exit-codes.ts';
import { parseFlags } from '../../../src/cli/flags.ts';
import { main } from '../../../src/cli/main.ts';
import { optionFlags } from '../../../src/config/describe.ts';
import { tools } from '../../../src/tools/registry.ts';
import { fakeTerminal } from '../../cli/fake-terminal.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';
import { hiddenIn } from '../../support/hostile.ts';
import { fields, odd } from '../generators/arguments.ts';
import type { WayIn } from '../inputs.ts';

/** Commands that end by themselves and ask no network: without credentials nothing is sent. */
const ENDING = ['tools', 'call', 'batch', 'jobs', 'clean', 'admin', 'help', 'x', '__proto__'];

/** Words of a command line. */
export const commandLine: WayIn = async (more) => {
  const folder = temporaryFolder('fuzz-cli-');
  mkdirSync(join(folder, 'home'));
  writeFileSync(join(folder, 'items.jsonl'), '{"prompt": "a fox"}\n{');
  const own = await Promise.all(Object.values(COMMANDS).map(async (entry) => Object.keys((await entry.load()).flags)));
  const flag = fc.constantFrom(
    ...new Set([...own.flat(), ...optionFlags().keys(), ...fields, 'help', '__proto__', '']),
  );
  const text = odd.map((value) =>
    (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).replaceAll('\0', ''),
  );
  const word = fc.oneof(
    fc.constantFrom(...tools.map(({ name }) => name), 'items.jsonl', 'spending', 'token', 'batch_x', '-', '--', '-x'),
    flag.map((name) => `--${name}`),
    fc.tuple(flag, text).map(([name, value]) => `--${name}=${value}`),
    text,
  );
  const args = fc.tuple(fc.constantFrom(...ENDING), fc.array(word, { maxLength: 6 }));
  const parsed = fc.constantFrom(...Object.keys(COMMANDS));
  await more(fc.tuple(args, parsed, text), async ([[command, words], other, typed]) => {
    const env = { FIREFLY_HOME: join(folder, 'home'), FIREFLY_LOG_LEVEL: 'error' };
    const terminal = fakeTerminal([command, ...words], {
      env,
      cwd: folder,
      home: folder,
      readInput: async () => typed,
    });
    expect(await main(terminal)).toBeGreaterThanOrEqual(0);
    const { out, err } = terminal.output;
    expect(err).not.toMatch(/\n +at |internal_error/);
    expect(hiddenIn(err)).toEqual([]);
    expect(hiddenIn(out)).toEqual([]);
    const entry = COMMANDS[other];
    if (entry === undefined) return;
    const known = await entry.load();
    try {
      parseFlags(words, known);
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
    }
  });
  removeFolder(folder);
};
