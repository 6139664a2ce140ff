import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { describeTools, type ToolDescription } from '../../src/tools/definition/catalogue.ts';
import type { Tool } from '../../src/tools/definition/define.ts';
import { tools } from '../../src/tools/registry.ts';

/** Bytes of `tools/list`, `_meta` included. Raising this is a reviewed change. */
const MOST_BYTES = 34_000;
/**
 * The part of them that the tools below take together: 19,000, and what the later arguments of list_images (text, since,
 * until, seed, tool), show_images (several), save_image (size, crop), submit_batch (prompts, folder, common), and like and
 * save_as of the paid tools need, and 400 for the address of the studio.
 */
const MOST_BYTES_OF_THE_FIRST = 21_300;
const FIRST = [
  'generate_image fill_image expand_image submit_batch make_mask list_custom_models',
  'job_status cancel_job resubmit_job show_images list_images save_image',
].flatMap((line) => line.split(' '));
const MOST_BYTES_OF_A_TOOL = 4_200;
const MOST_TOOLS = 20;
/** Every host takes these; some refuse all tools for one that they do not know (docs/hosts.md#the-tool-list). */
const KEYWORDS = ['type', 'description', 'enum', 'properties', 'required', 'items'];
/** The only tools whose published output schema names fields. */
const WITH_FIELDS = ['job_status', 'list_images', 'list_custom_models', 'submit_batch'];
const SRC = join(import.meta.dirname, '../../src/tools');
const catalogue = describeTools();
type Schema = Record<string, unknown> & { readonly description?: string };

const propertiesOf = (schema: Schema | undefined) => Object.entries((schema?.['properties'] ?? {}) as Record<string, Schema>);
const toolOf = (name: string): Tool => tools.find((tool) => tool.name === name) ?? expect.unreachable(name);
const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const wordsOf = ({ description, inputSchema }: ToolDescription) =>
  [description, ...propertiesOf(inputSchema).map(([name, schema]) => `${name}: ${schema.description}`)].join('\n');
/** The file that defines a tool, in the room of its kind. */
const fileOf = ({ name }: Pick<Tool, 'name'>) => `${name.replaceAll('_', '-')}.ts`;
const filesOfTools = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).map((file) => basename(file));
/** What a host that searches for tools shows of one. */
const firstSentence = ({ description }: ToolDescription) => description.split(/(?<=\.)\s/)[0] ?? '';

describe('the catalogue', () => {
  test(`takes at most ${MOST_BYTES} bytes and ${MOST_TOOLS} tools`, () => {
    expect(bytesOf(catalogue)).toBeLessThanOrEqual(MOST_BYTES);
    const first = catalogue.filter(({ name }) => FIRST.includes(name));
    expect(first).toHaveLength(FIRST.length);
    expect(bytesOf(first)).toBeLessThanOrEqual(MOST_BYTES_OF_THE_FIRST);
    expect(catalogue.length).toBeLessThanOrEqual(MOST_TOOLS);
  });

  test('has the limits that docs/hosts.md tells', () => {
    const page = readFileSync(join(SRC, '../../docs/hosts.md'), 'utf8');
    const [all, one] = [MOST_BYTES, MOST_BYTES_OF_A_TOOL].map((bytes) => `${bytes / 1000} kB`);
    expect(page).toContain(`| at most ${all} for all ${tools.length} tools, \`_meta\` included, none over ${one} |`);
  });

  test('is the same at every call, plain JSON, in the order of the registry', () => {
    expect(JSON.stringify(describeTools())).toBe(JSON.stringify(catalogue));
    expect(catalogue).toEqual(JSON.parse(JSON.stringify(catalogue)));
    expect(catalogue.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
    expect(new Set(catalogue.map(({ name }) => name)).size).toBe(catalogue.length);
  });

  test('each file that defines a tool is registered under its own name', () => {
    const registered = tools.map(fileOf);
    expect(filesOfTools.filter((file) => registered.includes(file))).toHaveLength(tools.length);
  });

  test('keeps generate_image loaded in a host that loads others by search', () => {
    const hinted = catalogue.filter(({ _meta }) => _meta?.['anthropic/alwaysLoad'] !== undefined);
    expect(hinted.map(({ name, _meta }) => [name, _meta?.['anthropic/alwaysLoad']])).toEqual([['generate_image', true]]);
  });

  test('has hosts show in the studio what spends, jobs, the library and masks, and nothing else', () => {
    const shown = catalogue.filter(({ _meta }) => _meta?.['ui'] !== undefined);
    const paid = tools.filter(({ intent, name }) => intent === 'create' && !/batch|resubmit/.test(name)).map(({ name }) => name);
    expect(shown.map(({ name }) => name).toSorted()).toEqual([...paid, 'job_status', 'list_images', 'make_mask'].toSorted());
    for (const { _meta } of shown) expect(_meta?.['ui']).toEqual({ resourceUri: 'ui://firefly/studio.html' });
  });
});

describe.each(catalogue.map((tool) => [tool.name, tool] as const))('%s', (name, tool: ToolDescription) => {
  test('has a file of its name', () => {
    expect(name).toMatch(/^[a-z]+(_[a-z]+){1,3}$/);
    expect(filesOfTools).toContain(fileOf({ name }));
  });

  test(`is described in sentences, within ${MOST_BYTES_OF_A_TOOL} bytes`, () => {
    expect(bytesOf(tool)).toBeLessThanOrEqual(MOST_BYTES_OF_A_TOOL);
    expect(tool.title.length).toBeGreaterThan(3);
    expect(tool.description.length).toBeGreaterThan(60);
    expect(tool.description.length).toBeLessThanOrEqual(600);
    expect(tool.description).toMatch(/^[A-Z][^]*\.$/);
  });

  test('sets every annotation, and none that contradicts another', () => {
    const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = tool.annotations;
    for (const hint of [readOnlyHint, destructiveHint, idempotentHint, openWorldHint]) expect(hint).toBeTypeOf('boolean');
    expect(readOnlyHint && destructiveHint).toBe(false);
  });

  test('takes a flat object and describes every argument', () => {
    expect(tool.inputSchema.type).toBe('object');
    for (const [argument, { description = '', type }] of propertiesOf(tool.inputSchema)) {
      expect(description.length, argument).toBeGreaterThan(10);
      expect(description.length, argument).toBeLessThanOrEqual(300);
      // `common` of a batch is what one of its items is: an object of arguments, some of them named.
      if (argument !== 'common') expect(['string', 'number', 'integer', 'boolean', 'array'], argument).toContain(type);
    }
  });

  test('says the limits of every number and list in words, or names the argument that does', () => {
    const exact = propertiesOf(z.toJSONSchema(toolOf(name).input, { io: 'input' }));
    const described = new Map(propertiesOf(tool.inputSchema).map(([argument, { description = '' }]) => [argument, description]));
    for (const [argument, schema] of exact) {
      // What only scripts set is not listed.
      if (!described.has(argument)) continue;
      const [, other] = /^As (\w+)\.$/.exec(described.get(argument) ?? '') ?? [];
      const words = described.get(other ?? argument) ?? '';
      for (const limit of ['minimum', 'maximum', 'minItems', 'maxItems']) {
        const value = schema[limit];
        if (typeof value !== 'number' || value === 0 || Math.abs(value) === Number.MAX_SAFE_INTEGER) continue;
        expect(words, `${argument} ${limit}`).toContain(String(value));
      }
    }
  });

  test('tells no enumeration twice, in the schema and in words', () => {
    for (const [argument, { description = '', enum: values = [] }] of propertiesOf(tool.inputSchema)) {
      const names = values as readonly string[];
      const listed = names.filter((name) => names.some((other) => description.includes(`${name}, ${other}`) || description.includes(`${name} or ${other}`)));
      expect(listed, argument).toEqual([]);
    }
  });

  test('refuses unknown arguments, although it publishes no such keyword', () => {
    const { error } = toolOf(name).input.safeParse({ surely_unknown: 1 });
    expect(error?.issues.some(({ code }) => code === 'unrecognized_keys')).toBe(true);
  });

  test('has schemas of draft 2020-12 with keywords that every host takes', () => {
    const ajv = new Ajv2020({ strict: true, strictRequired: false });
    for (const schema of [tool.inputSchema, tool.outputSchema ?? { type: 'object' }]) {
      expect(() => ajv.compile(schema)).not.toThrow();
      expect(keywordsOf(schema).filter((keyword) => !KEYWORDS.includes(keyword))).toEqual([]);
    }
    // Some hosts refuse an object without properties as the type of an argument.
    expect(JSON.stringify(tool.inputSchema)).not.toMatch(/"type":"object"(?!,"properties":\{")/);
  });

  test('publishes the fields of its results where they are worth their bytes, and otherwise an object', () => {
    if (name === 'show_images') return expect(tool.outputSchema).toBeUndefined();
    if (!WITH_FIELDS.includes(name)) return expect(tool.outputSchema).toEqual({ type: 'object' });
    const { outline } = toolOf(name);
    expect(propertiesOf(tool.outputSchema).map(([field]) => field)).toEqual(Object.keys(outline?.shape ?? {}));
    expect(propertiesOf(tool.outputSchema).length).toBeGreaterThan(1);
  });

  test('has an exact schema that refuses a field that it does not declare, at every depth', () => {
    const { output } = toolOf(name);
    if (name === 'show_images') return expect(output).toBeUndefined();
    // Only as an input does a schema say whether it is strict: of what it lets out it says so in any case.
    const json = JSON.stringify(z.toJSONSchema(output ?? z.never(), { io: 'input' }));
    expect(json.match(/"properties":/g)?.length).toBe(json.match(/"additionalProperties":false/g)?.length);
    for (const shared of ['error', 'next', 'demo', 'warnings']) expect(json).toContain(`"${shared}":`);
  });
});

/** Keywords of a schema and of the schemas within it. */
function keywordsOf(schema: Schema): string[] {
  const inner = [...propertiesOf(schema).map(([, field]) => field), ...(schema['items'] ? [schema['items'] as Schema] : [])];
  return [...Object.keys(schema), ...inner.flatMap(keywordsOf)];
}

describe('a host that loads tools by search', () => {
  test.each([
    ['draw a picture of a fox', 'generate_image', /draw/i, /picture/],
    ['create an illustration', 'generate_image', /illustration/],
    ['make a logo', 'generate_image', /logo/],
    ['generate art from text', 'generate_image', /art\b/, /text to image/],
    ['take a photo', 'generate_image', /photo/, /image/],
    ['edit a photo, remove a person', 'fill_image', /edit/i, /remove/, /person/],
    ['inpaint', 'fill_image', /inpaint/, /generative fill/],
    ['change the background', 'fill_image', /change/, /background/],
    ['outpaint, uncrop', 'expand_image', /outpaint/, /uncrop/],
    ['extend the canvas', 'expand_image', /extend/i, /canvas/, /aspect ratio/],
    ['variations, similar pictures', 'vary_image', /variations/, /similar/, /alternatives/],
    ['upscale for print', 'upscale_image', /upscale/, /resolution/, /enlarges/i, /print/],
    ['restyle a whole image', 'edit_image', /edits/i, /restyle/, /instruction/],
    ['product into a scene', 'composite_image', /composite/, /product/, /scene/],
    ['video, animate', 'generate_video', /video/, /animate/, /clip/, /motion/],
    ['many images in bulk', 'submit_batch', /many images/, /bulk/, /batch/],
    ['save to a file', 'save_image', /save/i, /file/],
    ['history', 'list_images', /history/],
    ['delete, remove from the library', 'delete_images', /delete/i, /images/],
  ] as const)('finds the tool for "%s" by its first sentence: %s', (_words, name, ...expected) => {
    const tool = catalogue.find((candidate) => candidate.name === name);
    for (const word of expected) expect(tool && firstSentence(tool)).toMatch(word);
  });

  test.each(['generate_image', 'fill_image', 'expand_image'])('learns all that matters about money from %s alone', (name) => {
    const words = wordsOf(catalogue.find((tool) => tool.name === name) ?? expect.unreachable(name));
    for (const fact of [
      /Paid: one operation a picture/,
      /running job: then job_status, never this again/,
      /submit_unknown Adobe may have charged: ask the user; resubmit_job/,
      /Returns pictures \(img_…\)/,
      /new_job: true: a job despite an equal one/,
      /idempotency_key: 1-200 characters: one job for 24 h/,
      /confirm: true: the user agreed/,
      /dry_run: true: only tells the cost/,
      /wait_seconds: Seconds, 0-600; default 45/,
      /count: Pictures, 1-4; default 1/,
      /img_…, "last" \(newest of this chat\), job_…#2, file path, https URL .*, data URI \(5 MB\), Adobe upload id/,
      /1024 characters/,
    ]) {
      expect(words).toMatch(fact);
    }
  });

  test.each([
    ['generate_image', /2048x2048 \(default\), 2304x1792/, /2688x1536/, /1440x2560/, /Default image4_standard/],
    ['generate_image', /prompt: .*Adobe may refuse famous characters, brands, people/],
    ['generate_image', /16:9, 9:16/, /image5: newest, 1 picture/, /list_custom_models/, /firefly:\/\/styles/, /default 2\.4MP/],
    ['fill_image', /percent from top left, unless unit is pixels/, /polygon: 3-1000 points/, /stroke/, /border/, /make_mask/],
    ['fill_image', /prompt: What to put there.*leave out to remove/],
    ['fill_image', /at the picture's own size/, /size: With whole_picture/, /white may change/, /expand_image/, /invert_mask: true/],
    ['make_mask', /percent from top left, unless unit is pixels/, /fill_image/, /Costs nothing/, /For a person say select/, /8-16 points around and set fit/, /negative: shrinks/, /"alpha"/],
    ['make_mask', /for: Sets grow, feather; background inverts too, last/, /op: joins what is before; invert comes last/],
    ['expand_image', /pixels \(400\) or percent \(25%\)/, /stays as it is/, /default center/, /no upscaling/, /fill_image/],
    ['edit_image', /1-1500/, /fill_image/, /vary_image/, /paints everything anew/, /1MP|4MP/],
    ['vary_image', /2048x2048/, /Default image4_standard/, /edit_image/, /no words/],
    ['upscale_image', /2 \(default\), 3, 4 or 6/, /6000 pixels/, /expand_image/, /nothing added/],
    ['composite_image', /white is where the object goes/, /best with transparency/, /With background/, /default 0.5/, /fill_image/],
    ['generate_video', /Returns an MP4 \(img_…\)/, /five seconds/, /1920x1080, .*540x540/, /2 operations at 540, 5 at 720, 10 at 1080/, /minutes/, /generate_image/],
    ['submit_batch', /\{file\}: name of its picture; \{prompt\}: its own prompt/],
    ['submit_batch', /1-500/, /people\/\*\.jpg/, /"select": "person"/, /number, cost and time/, /batch_…/, /checked before anything is spent/, /one operation for each picture/, /default generate_image/],
    ['job_status', /waits/, /submit_unknown: ask the user, then resubmit_job/, /in place of repeating a paid call/, /quota/, /Costs nothing/],
    ['cancel_job', /What was not sent costs nothing/, /may still charge/, /batch/],
    ['resubmit_job', /outcome is unknown/, /charge twice/, /ask the user/, /failed items of a batch/],
    ['save_image', /folder: In the output folder; default that of name, else "firefly"/],
    ['save_image', /Never overwrites/, /absolute paths/, /\{prompt\} \{seed\}/, /1-20/, /converted copy/, /what it lost/, /1000x1000/, /center \(default\)/],
    ['list_images', /1-50; default 20/, /earlier conversations/, /next_before/, /made_from/],
    ['delete_images', /for good/, /Asks the user first/, /confirm: true once the user agreed/, /1-200/, /today/],
    ['show_images', /64-2048; default 1024/, /"last"/, /1-9/, /labelled sheet/, /files of the user/, /Costs nothing/],
    ['list_custom_models', /custom_model to generate_image/, /1-50; default 20/, /Default published/],
  ] as const)('learns from %s what its calls need (%s)', (name, ...facts) => {
    const words = wordsOf(catalogue.find((tool) => tool.name === name) ?? expect.unreachable(name));
    for (const fact of facts) expect(words).toMatch(fact);
  });

  test('is sent to no other tool for the meaning of an argument', () => {
    const names = catalogue.map(({ name }) => name).join('|');
    for (const tool of catalogue) expect(wordsOf(tool)).not.toMatch(new RegExp(`\\b[Aa]s (.{0,12} )?in (${names})\\b`));
  });
});

describe('names that stay fixed', () => {
  const argumentsOf = (name: string) =>
    propertiesOf(catalogue.find((tool) => tool.name === name)?.inputSchema).map(([argument]) => argument);

  test('are the arguments of generate_image', () => {
    expect(argumentsOf('generate_image')).toEqual(
      expect.arrayContaining([
        'prompt',
        'model',
        'custom_model',
        'count',
        'size',
        'aspect_ratio',
        'seeds',
        'negative_prompt',
        'content_class',
        'style_presets',
        'style_strength',
        'visual_intensity',
        'locale',
        'wait_seconds',
        'idempotency_key',
      ]),
    );
  });

  test('job and image name what they name everywhere', () => {
    for (const name of ['job_status', 'cancel_job', 'resubmit_job']) expect(argumentsOf(name)).toContain('job');
    for (const name of ['show_images', 'save_image']) expect(argumentsOf(name)).toContain('image');
  });
});
