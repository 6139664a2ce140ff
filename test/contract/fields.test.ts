import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tools } from '../../src/tools/registry.ts';
import { ROOT } from '../architecture/source-files.ts';
import { plain } from '../images/pictures.ts';
import { TestRooms } from '../support/rooms/test-rooms.ts';
import { FIELD_CALLS, NOT_SENT, type FieldCall } from './field-rows.ts';
import { FACTS_FILE, openApi } from './openapi.ts';

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
}
interface Facts {
  readonly operations: Readonly<
    Record<string, { readonly request?: { readonly content: Readonly<Record<string, Schema>> } }>
  >;
  readonly schemas: Readonly<Record<string, Schema>>;
}

const facts = JSON.parse(readFileSync(FACTS_FILE, 'utf8')) as Facts;
const nameOf = ($ref: string) => $ref.split('/').at(-1) ?? '';

/** The fields that hold values: `style.presets[]`. */
function fieldsOf(schema: Schema, path = ''): readonly string[] {
  const { $ref, allOf = [], anyOf = [], oneOf = [], items, properties } = schema;
  if ($ref !== undefined) return fieldsOf(facts.schemas[nameOf($ref)] ?? expect.unreachable($ref), path);
  const inner = [
    ...[...allOf, ...anyOf, ...oneOf].flatMap((each) => fieldsOf(each, path)),
    ...Object.entries(properties ?? {}).flatMap(([name, each]) =>
      fieldsOf(each, path === '' ? name : `${path}.${name}`),
    ),
    ...(items === undefined ? [] : fieldsOf(items, `${path}[]`)),
  ];
  return inner.length === 0 ? [path] : [...new Set(inner)];
}

/** The fields of a body, named alike. */
function valuesOf(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((each) => valuesOf(each, `${path}[]`));
  if (typeof value !== 'object' || value === null) return value === undefined ? [] : [path];
  return Object.entries(value).flatMap(([name, each]) => valuesOf(each, path === '' ? name : `${path}.${name}`));
}

/** Operations with a body of JSON: the paid ones. */
const OPERATIONS = Object.entries(facts.operations).flatMap(([operation, { request }]) => {
  const schema = request?.content['application/json'];
  return schema === undefined ? [] : [{ operation, schema }];
});

const callsOf = (operation: string) => FIELD_CALLS.filter((call) => call.operation === operation);

/** The page: every documented field, the argument that fills it, and the call by which a test shows that. */
function fieldsPage(): string {
  const parts = OPERATIONS.map(({ operation, schema }) => {
    const rows = fieldsOf(schema).map((field) => {
      const call = callsOf(operation).find(({ reaches }) => field in reaches);
      const why = NOT_SENT[operation]?.[field] ?? '';
      const argument = call?.reaches[field] ?? '';
      return call === undefined
        ? `| \`${field}\` | not sent | ${why} |`
        : `| \`${field}\` | ${argument.startsWith('(') ? argument.slice(1, -1) : `\`${argument}\` of \`${call.tool}\``} | call ${FIELD_CALLS.indexOf(call) + 1} |`;
    });
    return `## ${operation}\n\n| field | filled by | shown by |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `# Adobe's fields

Which argument of which tool fills each documented field of Adobe's paid operations. Generated from the contract facts and the calls that \`test/contract/fields.test.ts\` makes (\`UPDATE=1\` rewrites it): a field that Adobe documents and nothing reaches fails that test. A field that is not sent has its reason. What the fields mean: [Adobe's API](adobe-api.md).

${parts.join('\n')}`;
}

test.each(OPERATIONS)(
  'every documented field of $operation has a row, and every row is a documented field',
  ({ operation, schema }) => {
    const rows = [
      ...callsOf(operation).flatMap(({ reaches }) => Object.keys(reaches)),
      ...Object.keys(NOT_SENT[operation] ?? {}),
    ];
    expect([...new Set(rows)].toSorted()).toEqual(fieldsOf(schema).toSorted());
  },
);

test('docs/adobe-fields.md shows these rows (UPDATE=1 rewrites it)', () => {
  const path = join(ROOT, 'docs/adobe-fields.md');
  if (process.env['UPDATE'] === '1') writeFileSync(path, fieldsPage());
  expect(readFileSync(path, 'utf8')).toBe(fieldsPage());
});

describe('a call', () => {
  let rooms: TestRooms;
  beforeAll(async () => {
    rooms = await TestRooms.open({ perMinute: 1000, settings: { preview: 'none' } });
    // Nothing is made: what counts is the request.
    rooms.adobe.durationMs = 3_600_000;
    const mask = async (width: number, height: number) => {
      const black = sharp({ create: { width, height, channels: 3, background: '#000' } });
      const white = { create: { width: 20, height: 20, channels: 3, background: '#fff' } } as const;
      return black
        .composite([{ input: white, left: 4, top: 4 }])
        .png()
        .toBuffer();
    };
    await rooms.file('photo.png', await plain(64, 48).png().toBuffer());
    await rooms.file('mask.png', await mask(64, 48));
    await rooms.file('frame.png', await mask(128, 96));
  });
  afterAll(() => rooms[Symbol.asyncDispose]());

  test.each(FIELD_CALLS.map((call, index) => [index + 1, call.tool, call.operation, call] as const))(
    '%i, of %s, fills the fields of %s that its row names, by Adobe’s document',
    async (_number, tool, operation, { input, reaches }: FieldCall) => {
      const before = rooms.adobe.bodies.length;
      await rooms.call(tool, { ...input, wait_seconds: 1 });
      expect(rooms.adobe.bodies).toHaveLength(before + 1);
      const body = rooms.adobe.bodies.at(-1);
      const { schema = expect.unreachable(operation) } = OPERATIONS.find((each) => each.operation === operation) ?? {};
      expect(openApi.schemaFaults(nameOf(schema.$ref ?? ''), body)).toEqual([]);
      const sent = valuesOf(body);
      expect(Object.keys(reaches).filter((field) => !sent.includes(field))).toEqual([]);
      const known = Object.keys(tools.find(({ name }) => name === tool)?.input.shape ?? {});
      for (const argument of Object.values(reaches).filter((each) => !each.startsWith('('))) {
        expect(known).toContain(argument);
        expect(Object.keys(input)).toContain(argument);
      }
    },
  );
});
