import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Command } from '../../src/cli/command.ts';
import { COMMANDS } from '../../src/cli/commands/registry.ts';
import { UsageError } from '../../src/cli/exit-codes.ts';
import { parseFlags } from '../../src/cli/flags.ts';
import { argumentsOf } from '../../src/cli/tool-arguments.ts';
import { optionFlags } from '../../src/config/describe.ts';
import { catalogue } from '../../src/mcp/offer/catalogue.ts';

const commands = await Promise.all(
  Object.entries(COMMANDS).map(async ([name, { load }]) => ({ name, ...flagsOf(await load()) })),
);

function flagsOf(command: Command) {
  const own = Object.entries(command.flags).flatMap(([name, { type, formerly = name }]) => [
    [name, type] as const,
    [formerly, type] as const,
  ]);
  const shared = command.takesOptions ? [...optionFlags()] : [];
  const open = command.openFlags ? catalogue.flatMap(argumentsOf).map(({ name }) => name) : [];
  const valued = new Set([...shared, ...own].filter(([, type]) => type === 'string').map(([name]) => name));
  return { command, valued: [...valued], all: [...new Set([...shared, ...own].map(([name]) => name)), ...open] };
}

function refusalOf(line: readonly string[], command: Command): string {
  try {
    parseFlags(line, command);
    return 'taken';
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

test.each(commands.filter(({ valued }) => valued.length > 0))(
  '$name takes no flag for the value of another',
  ({ command, valued, all }) => {
    const flag = fc.constantFrom(...all.map((name) => `--${name}`), '-h', '-x');
    fc.assert(
      fc.property(flag, fc.array(flag, { maxLength: 3 }), (next, others) => {
        const lines = valued.map((name) => [`--${name}`, next, ...others]);
        const wrong = lines.filter((line) => !refusalOf(line, command).startsWith(`${line[0]} needs a value.`));
        expect(wrong).toEqual([]);
      }),
      { numRuns: 20 },
    );
  },
);

test('the commands with valued flags are found', () => {
  expect(commands.filter(({ valued }) => valued.length > 0).map(({ name }) => name)).toEqual(
    expect.arrayContaining(['stdio', 'http', 'studio', 'demo', 'call', 'batch', 'jobs', 'clean', 'install', 'verify']),
  );
});
