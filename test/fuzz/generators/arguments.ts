import fc from 'fast-check';
import { tools } from '../../../src/tools/registry.ts';
import { HOSTILE } from '../../support/hostile.ts';

/** Values that no argument should have. */
export const odd = fc.oneof(
  fc.constantFrom<unknown>(
    HOSTILE,
    '',
    null,
    -1,
    1e308,
    NaN,
    '__proto__',
    '../../../etc/passwd',
    '/dev/zero',
    'file:///dev/zero',
  ),
  fc.constantFrom<unknown>('data:image/png;base64,', 'x'.repeat(100_000), ['a', ['b']], { a: {} }, true, 2 ** 53),
  fc.constantFrom('img_x', 'last', 'job_x#1', 'batch_x', '2048x2048', '16:9', 'https://evil.example/x', '${HOME}'),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 4 }),
);
/** Names of all arguments of all tools. */
export const fields = [...new Set(tools.flatMap(({ input }) => Object.keys(input.shape)))];
/** Names that every object has. */
export const inherited = fc.constantFrom('constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__');
/** Arguments of a call, most of them wrong. */
export const toolArguments = fc.oneof(
  fc.dictionary(fc.constantFrom(...fields), odd, { maxKeys: 6 }),
  fc.dictionary(fc.oneof(fc.constantFrom(...fields), inherited, fc.string({ unit: 'binary', maxLength: 12 })), odd, {
    maxKeys: 8,
  }),
  odd,
);
