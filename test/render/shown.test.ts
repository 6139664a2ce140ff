import { NO_COST } from '../../src/firefly/pricing.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ImageRecord } from '../../src/images/types.ts';
import type { BatchView } from '../../src/jobs/batches/model/batch-types.ts';
import type { JobView } from '../../src/jobs/model/types.ts';
import { renderBatch } from '../../src/render/jobs/batch.ts';
import { renderJob } from '../../src/render/jobs/job.ts';
import { renderOverview } from '../../src/render/jobs/overview.ts';
import { renderModels } from '../../src/render/models.ts';
import { renderImage } from '../../src/render/pictures/image.ts';
import { renderImages } from '../../src/render/pictures/images.ts';
import { renderMask } from '../../src/render/pictures/mask.ts';
import { renderSaved } from '../../src/render/pictures/saved.ts';
import { renderProblem } from '../../src/render/problem.ts';
import type { Rendered } from '../../src/render/rendered.ts';
import { shown } from '../../src/render/shown.ts';
import { Problem, type ProblemRecord } from '../../src/shared/errors.ts';
import { withoutHidden } from '../../src/shared/text/text.ts';
import { hiddenIn, HOSTILE } from '../support/hostile.ts';
import { cpuMs } from '../support/work.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const COST = { operations: 1, requests: 1, estimate: false };
const PROBLEM: ProblemRecord = {
  code: 'upstream_refused' as ProblemRecord['code'],
  message: 'Adobe refused.',
  actor: 'caller',
  next: 'Change it.',
  upstream: 'no',
};
const IMAGE: ImageRecord = {
  id: 'img_x',
  principal: 'p',
  account: 'a',
  conversation: undefined,
  kind: 'generated',
  job: 'job_x',
  index: 1,
  createdAt: NOW,
  sha256: 'ab',
  mimeType: 'image/png',
  bytes: 1,
  width: 1,
  height: 1,
  facts: {
    tool: 'generate_image',
    prompt: 'a fox',
    negativePrompt: 'a dog',
    model: 'image3',
    customModel: 'urn:x',
    contentClass: 'art',
    altText: 'a fox',
    sources: ['img_y'],
    mask: 'img_m',
  },
};
const JOB: JobView = {
  id: 'job_x',
  tool: 'generate_image',
  state: 'failed',
  cancelling: false,
  createdAt: NOW,
  updatedAt: NOW,
  finishedAt: NOW,
  progress: undefined,
  position: undefined,
  startsAt: undefined,
  endsAt: undefined,
  media: 'still',
  count: 1,
  size: undefined,
  model: 'image3',
  facts: { prompt: 'a fox', customModel: 'urn:x', sources: ['img_y'], mask: 'img_m' },
  images: [IMAGE],
  problem: PROBLEM,
  warnings: ['a warning'],
  hasKey: false,
  answerLost: false,
  replaces: 'job_y',
  cost: COST,
  results: [],
};
const BATCH: BatchView = {
  id: 'batch_x',
  tool: 'generate_image',
  source: 'foxes.jsonl',
  state: 'active',
  createdAt: NOW,
  items: 2,
  written: 2,
  duplicates: 0,
  counts: { waiting: 1, running: 0, succeeded: 0, failed: 1, cancelled: 0, unknown: 0 },
  cost: COST,
  endsAt: undefined,
  folder: '/out/foxes',
  manifests: ['/out/foxes/manifest.csv'],
  settled: false,
  isDriven: true,
  waitsFor: PROBLEM,
  failures: [{ label: 'hero', job: 'job_x', state: 'failed', problem: PROBLEM }],
};
const QUOTA = { perMinute: 4, usedThisMinute: 0, perDay: 9, usedToday: 0, cooldownUntil: undefined };
const OVERVIEW = {
  overview: { queued: 0, running: 0, jobs: [JOB], quota: QUOTA, budget: undefined, ownBudget: undefined },
  batches: [BATCH],
  access: { works: false, saidAt: NOW, problem: PROBLEM },
  usage: { days: [], tools: [] },
} as unknown as Parameters<typeof renderOverview>[0];
const ITEM = {
  place: 1,
  label: 'a',
  source: 'b',
  job: 'job_1',
  state: 'succeeded',
  images: [IMAGE],
  files: {},
  problem: undefined,
  cost: NO_COST,
  item: 'a',
} as const;
const CONTEXT = { now: NOW, demo: true, path: () => '/blobs/ab.png', serverPaths: true };
const MODEL = { custom_model: 'urn:x', name: 'Mine', model_header: 'image4_custom', concept: 'c', sample_prompt: 's' };

/** Every text that tools, resources and commands make from values, by a change of all strings in the values. */
const TEXTS: Readonly<Record<string, (change: <T>(value: T) => T) => Rendered>> = {
  job: (c) => renderJob({ job: c(JOB), purpose: 'make', warnings: c(['w']) }, { ...CONTEXT, path: () => c('/b/ab') }),
  overview: (c) => renderOverview(c(OVERVIEW), CONTEXT),
  batch: (c) => renderBatch({ batch: c(BATCH), ended: c([ITEM]), beyondBudget: c('b') }, CONTEXT),
  image: (c) =>
    renderImage(
      c(IMAGE),
      { preview: undefined, parents: c([{ ...IMAGE, id: 'img_m' }]), children: c([IMAGE]), hasMoreChildren: true },
      CONTEXT,
    ),
  images: (c) => {
    const rest = { sources: new Map(), costs: new Map(), outputFolder: '/out' };
    const files = new Map([[IMAGE.id, c(['/out/a.png'])]]);
    return renderImages(c([IMAGE]), { more: true, isFiltered: false, ...rest, files }, CONTEXT);
  },
  mask: (c) =>
    renderMask(
      {
        mask: c(IMAGE),
        picture: c(IMAGE),
        coverage: { share: 0.5, box: undefined, isFull: false },
        warnings: c(['w']),
        fit: { from: 'person', confidence: 'check', reasons: c(['r']) },
        tint: 'red',
        previews: [],
      },
      CONTEXT,
    ),
  saved: (c) =>
    renderSaved({
      saved: c([{ image: IMAGE, path: '/out/a.png', bytes: 1, mimeType: IMAGE.mimeType, changes: ['c'] }]),
      problem: c(PROBLEM),
      warnings: c(['w']),
      demo: true,
    }),
  models: (c) =>
    renderModels({ models: c([MODEL]) as never, total: 1, nextStart: undefined, warnings: c(['w']), demo: false }),
  problem: (c) =>
    renderProblem(new Problem('not_a_file', 'It is none.', { next: 'Give another.', upstream: c('upstream') })),
};

/** Values of a few words each, which the program itself writes. */
const OWN: ReadonlySet<string> = new Set(['state', 'kind', 'mimeType', 'code', 'actor']);

function changed<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T;
  if (Array.isArray(value)) return value.map((item) => changed(item, change)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, OWN.has(key) ? item : changed(item, change)]);
  return Object.fromEntries(entries) as T;
}

function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}

describe.each(Object.entries(TEXTS))('the text of %s', (_name, render) => {
  const plain = shown(render((value) => value));
  const check = (hostile: string) => {
    const rendered = shown(render((value) => changed(value, (text) => text + hostile)));
    const { text, structured, links } = rendered;
    const all = [text, ...strings(structured ?? {}), ...links.flatMap(strings)];
    expect(all.flatMap(hiddenIn)).toEqual([]);
    expect(text).not.toContain('](');
    for (const link of links) expect(link.title ?? '').not.toMatch(/\]\(|\n/);
    return text;
  };

  test('hides nothing, forges no line, and has no picture that a host would fetch', () => {
    const text = check(HOSTILE);
    expect(text.split('\n')).toHaveLength(plain.text.split('\n').length);
    expect(text).not.toMatch(/^Next: <IMPORTANT>/m);
  });

  test('hides nothing for any string', { tags: 'long' }, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => void check(text)),
      { numRuns: 60 },
    );
  });
});

describe('what is part of writing stays', () => {
  test.each([
    'a family 👨‍👩‍👧‍👦 and a heart ❤️ of 1️⃣ 👩🏽‍🚀',
    'می‌خواهم',
    'क्‍ष and श्री',
    'Zürich – 漢字, עברית, ไทย',
    'two\nlines\tand a tab',
    '٠٫٥ ؀',
  ])('%j', (text) => {
    expect(withoutHidden(text)).toBe(text);
  });

  test.each([
    ['a\u200db', 'ab'],
    ['fo\u200cx', 'fox'],
    ['x\u{e0041}\u{e007f}', 'x'],
    ['a\r\nb\rc\u2028d', 'a\nb\nc\nd'],
    ['\u001b]8;;https://evil.example\u001b\\link', 'link'],
    ['lone \ud800', 'lone \ufffd'],
  ])('and what is not, goes: %j', (text, expected) => {
    expect(withoutHidden(text)).toBe(expected);
  });

  test('and every character goes or stays, whatever else the text holds', () => {
    const wrong: string[] = [];
    for (let point = 0; point <= 0xe1fff; point += point < 0x3000 || point >= 0xd700 ? 1 : 97) {
      const text = `é${String.fromCodePoint(point)}`;
      // The text with a control character is looked through character by character.
      if (withoutHidden(text) !== withoutHidden(`\u0000${text}`)) wrong.push(point.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  test.each(['\u001b[', '\u200d', '](', '❤\ufe0f\u200d', '\u{e0041}', '\u001b]'])(
    'in linear time, where a text repeats %j',
    async (piece) => {
      const text = piece.repeat(300_000);
      expect(await cpuMs(() => withoutHidden(text))).toBeLessThan(2_000);
    },
  );
});
