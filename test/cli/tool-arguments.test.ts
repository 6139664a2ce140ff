import { describe, expect, test } from 'vitest';
import { argumentsOf, findTool, inputFromFlags, parseJson, type ListedTool } from '../../src/cli/tool-arguments.ts';
import { catalogue } from '../../src/mcp/catalogue.ts';

const tool: ListedTool = {
  name: 'make_thing',
  title: 'Make',
  description: 'Makes.',
  inputSchema: {
    type: 'object',
    properties: {
      prompt: { type: 'string', description: 'What.' },
      count: { type: 'integer' },
      new_job: { type: 'boolean' },
      seeds: { type: 'array', items: { type: 'integer' } },
      images: { type: 'array', items: { type: 'string' } },
      shapes: { type: 'array', items: { type: 'object' } },
      either: { anyOf: [{ type: 'number' }, { type: 'string' }] },
    },
    required: ['prompt'],
  },
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
};
const from = (...flags: [string, string?][]) =>
  inputFromFlags(
    tool,
    flags.map(([name, value]) => ({ name, value })),
  );

describe('a tool’s input from flags', () => {
  test('has the types of the tool’s schema', () => {
    expect(from(['prompt', '42'], ['count', '3'], ['new-job'], ['either', '1.5'])).toEqual({
      prompt: '42',
      count: 3,
      new_job: true,
      either: 1.5,
    });
    expect(from(['new_job', 'false'], ['either', 'word'])).toEqual({ new_job: false, either: 'word' });
  });

  test('accepts the former name of an argument', () => {
    expect(from(['prompt', 'a'], ['again'])).toEqual({ prompt: 'a', new_job: true });
  });

  test('takes lists from repeated flags and from commas', () => {
    expect(from(['seeds', '1,2'], ['seeds', '3'])).toEqual({ seeds: [1, 2, 3] });
    expect(from(['images', 'last'], ['images', 'job_x#1, job_x#2'])).toEqual({
      images: ['last', 'job_x#1', 'job_x#2'],
    });
    expect(from(['shapes', '{"shape":"ellipse"}'])).toEqual({ shapes: [{ shape: 'ellipse' }] });
  });

  test('accepts dashes in place of underscores', () => {
    const real = findTool('generate-image', catalogue);
    expect(inputFromFlags(real, [{ name: 'negative-prompt', value: 'text' }])).toEqual({ negative_prompt: 'text' });
  });

  test('leaves the range of values to the tool', () => {
    expect(from(['count', '-7'])).toEqual({ count: -7 });
  });

  test.each([
    [['promt', 'x'], /has no argument --promt\. Did you mean --prompt\?/],
    [['count', 'three'], /--count must be integer, but is "three"/],
    [['count'], /--count needs a value \(integer\)/],
    [['shapes', '{x'], /--shapes is not JSON/],
    [['new-job', 'maybe'], /--new-job must be boolean/],
  ] as [[string, string?], RegExp][])('refuses %j', (flag, line) => {
    expect(() => from(flag)).toThrow(line);
  });

  test('refuses a single value given twice', () => {
    expect(() => from(['prompt', 'a'], ['prompt', 'b'])).toThrow('--prompt is given twice');
  });

  test('is refused where it is not JSON', () => {
    expect(() => parseJson('{"a":', '--json')).toThrow(/--json is not JSON/);
  });
});

describe('the catalogue on the command line', () => {
  test('has a description of every argument of every tool', () => {
    const bare = catalogue.flatMap((entry) => argumentsOf(entry).filter(({ description }) => description === ''));
    expect(bare).toEqual([]);
  });

  test('has no argument with the name of a flag of call', () => {
    const taken = new Set(['json', 'no_wait', 'demo', 'help']);
    const clashes = catalogue.flatMap((entry) => argumentsOf(entry).filter(({ name }) => taken.has(name)));
    expect(clashes).toEqual([]);
  });

  test('answers an unknown tool with the nearest name', () => {
    expect(() => findTool('view_images', catalogue)).toThrow(/Did you mean show_images\?/);
  });
});
