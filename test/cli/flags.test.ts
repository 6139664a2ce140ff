import { describe, expect, test } from 'vitest';
import type { Command } from '../../src/cli/command.ts';
import { UsageError } from '../../src/cli/exit-codes.ts';
import { parseFlags } from '../../src/cli/flags.ts';

const plain: Command = {
  usage: '',
  description: '',
  flags: {
    port: { type: 'string', placeholder: 'N', help: '' },
    demo: { type: 'boolean', help: '', formerly: 'try-out' },
  },
  takesOptions: true,
  words: 1,
  run: async () => 0,
};
const open: Command = { ...plain, openFlags: true };

describe('flags', () => {
  test('of the command, of the option table, and words', () => {
    const parsed = parseFlags(['one', '--port', '80', '--demo', '--rpm=3'], plain);
    expect(parsed.words).toEqual(['one']);
    expect(parsed.strings).toEqual({ port: '80' });
    expect([...parsed.booleans]).toEqual(['demo']);
    expect(parsed.options).toEqual({ rpm: '3' });
  });

  test.each([
    [['--prot', '80'], 'There is no flag --prot here. Did you mean --port?'],
    [['--zzzzzz'], 'There is no flag --zzzzzz here.'],
    [['-x'], 'There is no flag -x here.'],
    [['--port'], '--port needs a value.'],
    [['--demo=yes'], '--demo takes no value.'],
    [['one', 'two'], '"two" is one word too many.'],
    [['--client-secret', 'hush'], 'There is no flag --client-secret here.'],
  ])('%j is refused in one sentence', (args, message) => {
    expect(() => parseFlags(args, plain)).toThrow(UsageError);
    expect(() => parseFlags(args, plain)).toThrow(message);
  });

  test('may still be called as they were before', () => {
    expect([...parseFlags(['--try-out'], plain).booleans]).toEqual(['demo']);
  });

  test('of the option table may stand for "true"', () => {
    expect(parseFlags(['--read-only'], plain).options).toEqual({ 'read-only': 'true' });
    expect(() => parseFlags(['--read-only=false'], plain)).toThrow('--read-only takes no value.');
  });

  test('of a tool are kept as typed, with their values', () => {
    const parsed = parseFlags(['tool', '--prompt', 'a fox', '--again', '--seeds=1,2', '--x', '-5', '--demo'], open);
    expect(parsed.words).toEqual(['tool']);
    expect(parsed.open).toEqual([
      { name: 'prompt', value: 'a fox' },
      { name: 'again', value: undefined },
      { name: 'seeds', value: '1,2' },
      { name: 'x', value: '-5' },
    ]);
    expect(parsed.booleans.has('demo')).toBe(true);
  });

  test('the words of a prompt are one value only in quotes', () => {
    expect(() => parseFlags(['tool', '--prompt', 'a', 'fox'], open)).toThrow('"fox" is one word too many.');
  });
});
