import { describe, expect, test } from 'vitest';
import type { Command } from '../../src/cli/command.ts';
import { UsageError } from '../../src/cli/exit-codes.ts';
import { parseFlags } from '../../src/cli/flags.ts';

const plain: Command = {
  usage: '',
  description: '',
  flags: {
    port: { type: 'string', placeholder: 'N', help: '', formerly: 'door' },
    demo: { type: 'boolean', help: '', formerly: 'try-out' },
  },
  takesOptions: true,
  words: 1,
  run: async () => 0,
};
const open: Command = { ...plain, openFlags: true };

describe('the flag parser', () => {
  test('separates words, flags of the command and options', () => {
    const parsed = parseFlags(['one', '--port', '80', '--demo', '--rpm=3'], plain);
    expect(parsed.words).toEqual(['one']);
    expect(parsed.strings).toEqual({ port: '80' });
    expect([...parsed.booleans]).toEqual(['demo']);
    expect(parsed.options).toEqual({ rpm: '3' });
  });

  test.each([
    [['--prot', '80'], 'Unknown flag --prot. Did you mean --port?'],
    [['--zzzzzz'], 'Unknown flag --zzzzzz.'],
    [['-x'], 'Unknown flag -x.'],
    [['--port'], '--port needs a value.'],
    [['--port', '--demo'], '--port needs a value. One that begins with "-" is written --port=VALUE.'],
    [['--door', '--demo'], '--door needs a value.'],
    [['--rpm', '--demo'], '--rpm needs a value.'],
    [['--port', '-x'], '--port needs a value.'],
    [['--port', '--', '80'], '--port needs a value.'],
    [['--demo=maybe'], '--demo is on or off, and takes no value but true or false.'],
    [['one', 'two'], 'Unexpected word "two".'],
    [['--client-secret', 'hush'], 'Unknown flag --client-secret. Secrets have no flags: set the variable'],
  ])('refuses %j in one sentence', (args, message) => {
    expect(() => parseFlags(args, plain)).toThrow(UsageError);
    expect(() => parseFlags(args, plain)).toThrow(message);
  });

  test('accepts the former name of a flag', () => {
    expect([...parseFlags(['--try-out'], plain).booleans]).toEqual(['demo']);
    expect(parseFlags(['one', '--door', '80'], plain)).toMatchObject({ words: ['one'], strings: { port: '80' } });
  });

  test('takes a negative number, a dash alone and what follows "=" for a value', () => {
    const values = ['-1', '-', '=--demo'].map((text) => (text.startsWith('=') ? [`--port${text}`] : ['--port', text]));
    expect(values.map((args) => parseFlags(args, plain).strings['port'])).toEqual(['-1', '-', '--demo']);
  });

  test('takes a boolean option without a value for "true"', () => {
    expect(parseFlags(['--read-only'], plain).options).toEqual({ 'read-only': 'true' });
  });

  test.each([
    ['true', 'true', ['demo']],
    ['YES', 'true', ['demo']],
    ['false', 'false', []],
    ['0', 'false', []],
  ])('reads a flag without a value with =%s too, as the variable of an option', (word, option, own) => {
    const parsed = parseFlags(['--demo', `--read-only=${word}`, `--demo=${word}`], plain);
    expect(parsed.options).toEqual({ 'read-only': option });
    expect([...parsed.booleans]).toEqual(own);
  });

  test('keeps undeclared flags as typed for a command with open flags', () => {
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

  test('refuses the second word of a prompt without quotes', () => {
    expect(() => parseFlags(['tool', '--prompt', 'a', 'fox'], open)).toThrow('Unexpected word "fox".');
  });
});
