import { describe, expect, test } from 'vitest';
import {
  argumentsOf,
  findTool,
  inputFromFlags,
  parseJson,
  withAllArguments,
  type ListedTool,
} from '../../src/cli/tool-arguments.ts';
import { catalogue } from '../../src/mcp/offer/catalogue.ts';
import { tools } from '../../src/tools/registry.ts';

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
  test('is text, which the tool reads as its schema wants, and true for a flag alone', () => {
    expect(from(['prompt', '42'], ['count', '3'], ['new-job'])).toEqual({ prompt: '42', count: '3', new_job: true });
    expect(from(['new_job', 'false'], ['count', '-7'])).toEqual({ new_job: 'false', count: '-7' });
  });

  test('accepts the former name of an argument', () => {
    expect(from(['prompt', 'a'], ['again'])).toEqual({ prompt: 'a', new_job: true });
  });

  test('takes lists from repeated flags, from commas and from JSON', () => {
    expect(from(['seeds', '1,2'], ['seeds', '3'])).toEqual({ seeds: ['1', '2', '3'] });
    expect(from(['images', 'last'], ['images', 'job_x#1, job_x#2'])).toEqual({
      images: ['last', 'job_x#1', 'job_x#2'],
    });
    expect(from(['images', '["a, b.png"]'])).toEqual({ images: ['a, b.png'] });
    const [ellipse, box] = [{ shape: 'ellipse' }, { shape: 'rectangle' }];
    expect(from(['shapes', JSON.stringify(ellipse)])).toEqual({ shapes: [JSON.stringify(ellipse)] });
    expect(from(['shapes', JSON.stringify([ellipse, box])])).toEqual({ shapes: [ellipse, box] });
  });

  test('accepts dashes in place of underscores', () => {
    const real = findTool('generate-image', catalogue);
    expect(inputFromFlags(real, [{ name: 'negative-prompt', value: 'text' }])).toEqual({ negative_prompt: 'text' });
  });

  test.each([
    [['promt', 'x'], /has no argument --promt\. Did you mean --prompt\?/],
    [['count'], /--count needs a value \(integer\)/],
  ] as [[string, string?], RegExp][])('refuses %j', (flag, line) => {
    expect(() => from(flag)).toThrow(line);
  });

  test('refuses a single value given twice', () => {
    expect(() => from(['prompt', 'a'], ['prompt', 'b'])).toThrow('--prompt is given twice');
  });

  test('is refused where it is not JSON', () => {
    expect(() => parseJson('{"a":', '--json')).toThrow(/--json is not JSON/);
  });

  test('is refused where it has a key twice, as one value would be lost', () => {
    expect(() => parseJson('{"prompt":"a","prompt":"b"}', '--json')).toThrow('--json: The key "prompt" is there twice');
    expect(() => from(['seeds', '[{"x":1,"x":2}]'])).toThrow('--seeds: The key "x" is there twice');
  });
});

describe('the catalogue on the command line', () => {
  test.each(tools)('has every argument that $name takes, those too that are not listed', async ({ name, input }) => {
    const whole = await withAllArguments(findTool(name, catalogue));
    expect(argumentsOf(whole).map((argument) => argument.name)).toEqual(Object.keys(input.shape));
  });

  test('says of each argument its type, with the choices and the fields that there are', () => {
    const typeOf = (name: string, argument: string) =>
      argumentsOf(findTool(name, catalogue)).find((each) => each.name === argument)?.type;
    expect(typeOf('generate_image', 'content_class')).toBe('photo or art');
    expect(typeOf('generate_image', 'seeds')).toBe('list of integer');
    expect(typeOf('make_mask', 'shapes')).toMatch(
      /^list of \{shape: rectangle or ellipse or .*, points: list of list of number, .*op: add or subtract or intersect\}$/,
    );
  });

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
