import { describe, expect, test } from 'vitest';
import type { BatchView } from '../../../src/jobs/batches/model/batch-types.ts';
import { renderBatch } from '../../../src/render/jobs/batch.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const NONE = { waiting: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0, unknown: 0 };

function aBatch(given: Partial<BatchView>): BatchView {
  return {
    id: 'batch_x',
    tool: 'generate_image',
    source: '4 items',
    state: 'cancelled',
    createdAt: NOW,
    items: 4,
    written: 4,
    duplicates: 0,
    counts: { ...NONE, cancelled: 4 },
    cost: { operations: 0, requests: 0, estimate: false },
    endsAt: undefined,
    folder: undefined,
    manifests: [],
    settled: true,
    isDriven: true,
    waitsFor: undefined,
    failures: [],
    ...given,
  };
}

function nextOf(given: Partial<BatchView>, reader: 'conversation' | 'command_line' = 'conversation'): unknown {
  return renderBatch({ batch: aBatch(given) }, { now: NOW, demo: false, serverPaths: true, reader }).structured?.[
    'next'
  ];
}

test.each([true, false])(
  'a batch names its folder and manifests to callers that may see paths only: %s',
  (serverPaths) => {
    const batch = aBatch({ folder: '/pictures/set', manifests: ['/pictures/set/manifest.csv'] });
    const { structured, text } = renderBatch({ batch }, { now: NOW, demo: false, serverPaths });
    expect(text.includes('/pictures/set')).toBe(serverPaths);
    expect(JSON.stringify(structured).includes('/pictures/set')).toBe(serverPaths);
  },
);

test.each([
  [true, /^All pictures are saved\. /],
  [false, /^All pictures are made, and are still being saved: call job_status with job "batch_x" again\. /],
])('a batch with a folder calls its pictures saved once they are: %s', (settled, next) => {
  const counts = { ...NONE, succeeded: 4 };
  expect(nextOf({ state: 'finished', counts, folder: '/pictures/set', settled })).toMatch(next);
});

describe('the next step of a cancelled batch', () => {
  const running = {
    counts: { ...NONE, running: 2, cancelled: 2 },
    cost: { operations: 2, requests: 2, estimate: false },
  };
  const unknown = {
    counts: { ...NONE, succeeded: 1, cancelled: 2, unknown: 1 },
    cost: { operations: 2, requests: 2, estimate: false },
  };

  test('is to wait while items are ending, which may still bring pictures', () => {
    const next = nextOf(running);
    expect(next).toBe(
      '2 items are still ending and may still bring pictures. Call job_status with job "batch_x" first: submitting them again now may pay twice.',
    );
    expect(nextOf(running, 'command_line')).toMatch(
      /^2 items are still ending.* Run "firefly-mcp batch batch_x" first/,
    );
  });

  test('does not wait for items without a permit, which end without a request', () => {
    expect(nextOf({ counts: { ...NONE, waiting: 2, cancelled: 2 } })).toMatch(/^Adobe took no request.* Submit/);
  });

  test('says that requests which Adobe had taken may be charged', () => {
    const charged = {
      counts: { ...NONE, succeeded: 1, cancelled: 3 },
      cost: { operations: 2, requests: 2, estimate: false },
    };
    for (const reader of ['conversation', 'command_line'] as const) {
      expect(nextOf(charged, reader)).toContain(
        'Adobe had already taken what may be charged: 2 operations (2 requests).',
      );
      expect(nextOf({}, reader)).toMatch(/^Adobe took no request for it, and nothing was spent\./);
    }
  });

  test('names the items of unknown outcome, and no new batch for them', () => {
    expect(nextOf(unknown)).toContain('Ask the user about the items of unknown outcome');
    expect(nextOf(unknown)).toContain('Submit the other missing ones');
    expect(nextOf(unknown, 'command_line')).toContain('--retry-failed --accept-possible-charge');
  });

  test('proposes no new batch where every picture was made', () => {
    const next = nextOf({ counts: { ...NONE, succeeded: 4 }, cost: { operations: 4, requests: 4, estimate: false } });
    expect(next).not.toContain('Submit');
  });
});

test.each<[string, Partial<BatchView>]>([
  ['paused', { state: 'paused', counts: { ...NONE, waiting: 4 } }],
  ['with failures', { state: 'active', counts: { ...NONE, succeeded: 3, failed: 1 } }],
  ['with unknown outcomes', { state: 'active', counts: { ...NONE, succeeded: 3, unknown: 1 } }],
  ['that nothing works on', { state: 'active', isDriven: false, counts: { ...NONE, waiting: 4 } }],
  ['that another process drives', { state: 'active', counts: { ...NONE, waiting: 4 } }],
  ['that is still ending', { state: 'cancelled', counts: { ...NONE, running: 2, cancelled: 2 } }],
])('the commands for a batch of a demo %s all have --demo', (_, given) => {
  const commands = (demo: boolean) => {
    const context = { now: NOW, demo, serverPaths: true, reader: 'command_line' } as const;
    const next = renderBatch({ batch: aBatch(given) }, context).structured?.['next'];
    return Array.from(String(next).matchAll(/"(firefly-mcp [^"]+)"/g), ([, command]) => command);
  };
  expect(commands(false)).not.toEqual([]);
  expect(commands(true)).toEqual(commands(false).map((command) => `${command} --demo`));
});

test('a paused batch is resumed by the user, not by the model', () => {
  expect(nextOf({ state: 'paused', counts: { ...NONE, waiting: 4 } })).toContain(
    'Ask the user to run "firefly-mcp batch batch_x --resume"',
  );
});
