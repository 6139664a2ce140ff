import fc from 'fast-check';
import { tools } from '../../../src/tools/registry.ts';
import { fields, odd, toolArguments } from './arguments.ts';

/** Every so many inputs one has texts of 100 kB to 1 MB. */
const LONG_ONE_IN = 12;

const piece = fc.constantFrom(
  'x',
  ' ',
  '"',
  '\\',
  '\n',
  '{',
  '[',
  '../',
  '<b>',
  '\u00fc',
  '\u2603',
  '\u202e',
  'a,',
  '1',
);
const long = fc.tuple(piece, fc.integer({ min: 100_000, max: 1_000_000 })).map(([text, length]) => {
  // JSON has two bytes for some characters, UTF-8 three.
  const bytes = Math.max(Buffer.byteLength(text), JSON.stringify(text).length - 2);
  return text.repeat(length / bytes);
});
const name = fc.constantFrom(...tools.map((tool) => tool.name));
const method = fc.constantFrom('initialize', 'tools/list', 'prompts/get', 'resources/read', 'completion/complete', 'x');
const callOf = (given: fc.Arbitrary<unknown>) =>
  fc.record({
    jsonrpc: fc.constant('2.0'),
    id: fc.nat(),
    method: fc.constant('tools/call'),
    params: fc.record({ name, arguments: given }),
  });
const messageOf = (value: fc.Arbitrary<unknown>) =>
  fc.record(
    {
      jsonrpc: fc.constantFrom('2.0', '1.0'),
      id: value,
      method: fc.oneof(method, value),
      params: fc.dictionary(fc.constantFrom('uri', 'name', '_meta', 'clientInfo', 'ref'), value),
      result: value,
      error: value,
    },
    { requiredKeys: ['jsonrpc'] },
  );
const written = (value: fc.Arbitrary<unknown>) => value.map((message) => JSON.stringify(message));
/** Texts of one line that are messages, nearly messages, and none. */
export const short = fc.oneof(
  { weight: 4, arbitrary: written(callOf(toolArguments)) },
  { weight: 2, arbitrary: written(messageOf(odd)) },
  fc.string({ unit: 'binary', maxLength: 80 }).map((text) => text.replaceAll('\n', ' ')),
);
/** As `short`, with texts of 100 kB to 1 MB. */
export const lengthy = fc.oneof(
  {
    weight: 4,
    arbitrary: written(
      callOf(fc.dictionary(fc.constantFrom(...fields), fc.oneof(long, odd), { minKeys: 1, maxKeys: 3 })),
    ),
  },
  { weight: 2, arbitrary: written(messageOf(fc.oneof(long, odd))) },
  long.map((text) => text.replaceAll('\n', ' ')),
);
/** Mostly short ones. */
export const mixed = fc.oneof({ weight: LONG_ONE_IN - 1, arbitrary: short }, { weight: 1, arbitrary: lengthy });
