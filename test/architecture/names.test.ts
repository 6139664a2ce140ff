import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { identifiersOf } from './imports.ts';
import { filesBelow, sourceFiles, type SourceFile } from './source-files.ts';

/**
 * Words of a private language that the project gave up for the field's own: as the name of a file, with the folder in
 * which it had that sense, and its name now. A name that comes back has to be explained to every reader again.
 */
const FILES: readonly (readonly [folder: string, name: string, now: string])[] = [
  ['jobs', 'attendance', 'nothing: an identical call attaches whether or not another one waits'],
  ['jobs', 'earlier', 'find-duplicate'],
  ['jobs', 'repeats', 'fingerprint'],
  ['jobs', 'replacements', 'resubmissions'],
  ['jobs', 'looking', 'claimable-jobs'],
  ['jobs', 'turns', 'fair-queue'],
  ['jobs', 'strikes', 'rate-limit-backoff'],
  ['jobs', 'gates', 'cooldowns'],
  ['jobs', 'owner', 'process-identity'],
  ['jobs', 'parts', 'engine-context'],
  ['jobs', 'journal', 'job-store'],
  ['jobs', 'record', 'job-row'],
  ['jobs', 'desk', 'job-queue'],
  ['jobs', 'questions', 'gated-queries'],
  ['jobs', 'light-sleep', 'wakeable-timer'],
  ['jobs', 'running', 'poll'],
  ['jobs', 'polling', 'poll-delay'],
  ['jobs', 'submitting', 'prepare, submit'],
  ['jobs', 'saving', 'save'],
  ['jobs', 'waiting', 'wait-for-job'],
  ['jobs', 'new-job', 'job-factory'],
  ['jobs', 'latency', 'submit-latency'],
  ['jobs', 'statistics', 'nothing'],
  ['jobs', 'housekeeping', 'maintenance'],
  ['jobs', 'needs', 'content-references'],
  ['jobs', 'deliveries', 'output-worker'],
  ['jobs', 'delivery', 'batch-output'],
  ['jobs', 'beforehand', 'preflight'],
  ['jobs', 'writing', 'create-batch'],
  ['jobs', 'progress', 'batch-counts'],
  ['images', 'collection', 'garbage-collector'],
  ['images', 'discard', 'trash'],
  ['images', 'unnamed', 'unreferenced'],
  ['images', 'shrink', 'evict-oldest'],
  ['images', 'originals', 'blob-store'],
  ['images', 'intake', 'image-import'],
  ['images', 'guard', 'local-file'],
  ['images', 'clean', 'strip-metadata'],
  ['images', 'placed-file', 'atomic-write'],
  ['images', 'records', 'image-row'],
  ['tools', 'outgoing', 'request-image'],
  ['tools', 'outgoing-mask', 'request-mask'],
  ['tools', 'input', 'invalid-argument'],
  ['tools', 'context', 'render-context'],
  ['tools', 'generation', 'define-generation-tool'],
  ['tools', 'generation-target', 'choose-model'],
  ['tools', 'waiting', 'await-job, batch-commands'],
  ['tools', 'nearest', 'shared/suggest'],
  ['config', 'nearest', 'shared/suggest'],
  ['mcp', 'answers', 'response-delivery'],
  ['mcp', 'asking', 'elicitation'],
  ['mcp', 'call', 'lazy'],
  ['mcp', 'line-gate', 'message-size-limit'],
  ['store', 'place', 'database-url'],
  ['cli', 'house', 'doctor/storage'],
  ['cli', 'consent', 'confirm-prompt'],
  ['cli', 'adobe', 'upstream'],
  ['cli', 'housekeeping', 'maintenance'],
  ['emulator', 'truth-log', 'request-log'],
  ['emulator', 'world', 'context'],
  ['emulator', 'room', 'largest-rectangle'],
  ['emulator', 'plate', 'label'],
  ['emulator', 'dice', 'seeded-random'],
];

/** Names of types, functions, methods and fields that went with them. */
const IDENTIFIERS =
  /^(Attendance|signOfLife|Lack|lackOf|settleSurely|withdraw|obeyCancel|standInFor|mayHaveBrought|saysLast|callMark|madeBefore|abandoned|marksFor|Hold|EngineParts|Journal|Desk|BatchDesk|SubmitDesk|MaskDesk|Owner|isNear|isGone|LightSleep|Strikes|Questions|Deliveries|Wish|BatchWish|SourceWish|ExpansionWish|FillWish|PatientTransport|LineGate|refuseStranger|refuseForeign|LAST_WORD_MS|SAYINGS|TruthLog|World|JobBook|TokenBook|ModelBook|UploadBook|Dice|Intake|createIntake|PictureIntake|Originals|createOriginals|PendingAnswer|Housekeeping)$/;

/**
 * Words of that language that no name has as a part, whatever is joined with them: `MaskWishes` is as private as `Wish`.
 * A word that has another sense too, such as journal, is left to the list above.
 */
const WORDS: ReadonlySet<string> = new Set(
  'wish wishes attendance chore chores desk desks housekeeping strikes intake sayings plate dice'.split(' '),
);

/** Columns and tables that went with them. */
const COLUMNS =
  /\b(owner TEXT|room TEXT|attended_by|attended_until|call_mark|chores|gates|held_until|wish|audit_head|line_number|line_after)\b/;

const roomOf = (path: string) => path.split('/')[1] ?? '';

function fileViolations({ path }: Pick<SourceFile, 'path'>): readonly string[] {
  return FILES.filter(([room, name]) => roomOf(path) === room && basename(path, '.ts') === name).map(
    ([, , now]) => `${path} is called ${now} now`,
  );
}

function identifierViolations(file: SourceFile): readonly string[] {
  return [...identifiersOf(file)]
    .filter((name) => IDENTIFIERS.test(name))
    .map((name) => `${file.path} calls something ${name}`);
}

/** Identifiers that have one of `WORDS` as a part, in camel case or with underscores. */
function wordViolations(file: SourceFile): readonly string[] {
  // Most files have none of the words anywhere, and need not be parsed.
  if (![...WORDS].some((word) => file.text.toLowerCase().includes(word))) return [];
  const parts = (name: string) => name.split(/_|(?<=[a-z\d])(?=[A-Z])/).map((part) => part.toLowerCase());
  return [...identifiersOf(file)]
    .filter((name) => parts(name).some((part) => WORDS.has(part)))
    .map((name) => `${file.path} calls something ${name}`);
}

describe('names that the project gave up', () => {
  test('are no names of files', () => {
    expect(sourceFiles().flatMap(fileViolations)).toEqual([]);
  });

  test('are no identifiers', () => {
    expect(sourceFiles().flatMap(identifierViolations)).toEqual([]);
  });

  test('are no parts of identifiers, in the tests neither', () => {
    const tests = filesBelow('test').filter(({ path }) => /\.m?tsx?$/.test(path));
    expect([...sourceFiles(), ...tests].flatMap(wordViolations)).toEqual([]);
  });

  test('are no columns or tables', () => {
    const schemas = sourceFiles().filter(({ text }) => /CREATE (TABLE|INDEX)/.test(text));
    expect(schemas.length).toBeGreaterThan(1);
    expect(schemas.filter(({ text }) => COLUMNS.test(text)).map(({ path }) => path)).toEqual([]);
  });

  test('are found where they come back', () => {
    expect(fileViolations({ path: 'src/jobs/model/desk.ts' })).toHaveLength(1);
    expect(fileViolations({ path: 'src/emulator/quota.ts' })).toEqual([]);
    const given = [
      'export class Desk {}',
      'export class Queue { #withdraw() {} }',
      'export interface Lease { readonly abandoned: boolean }',
      'import { Journal as Store } from "./y.ts";',
      'const { isGone } = lease;',
    ];
    for (const text of given) expect(identifierViolations({ path: 'src/jobs/x.ts', text }), text).toHaveLength(1);
    const fine = '/** A Desk. */ export const text = "Hold on, World";';
    expect(identifierViolations({ path: 'src/jobs/x.ts', text: fine })).toEqual([]);
    for (const text of ['interface MaskWishes {}', 'row.desired_wish = 1;', 'openDesk();'])
      expect(wordViolations({ path: 'src/jobs/x.ts', text }), text).toHaveLength(1);
    expect(wordViolations({ path: 'src/cli/x.ts', text: 'claudeDesktop(wished, template);' })).toEqual([]);
    expect(COLUMNS.test('held_until BIGINT')).toBe(true);
  });
});

describe('batches', () => {
  test('have no two files of one name in their three rooms', () => {
    const names = sourceFiles()
      .filter(({ path }) => /^src\/(cli\/batch|tools\/batches|jobs\/batches)\//.test(path))
      .map(({ path }) => basename(path));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
