import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClientOptions } from '@modelcontextprotocol/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Emulator } from '../../../src/emulator/index.ts';
import { plain } from '../../images/pictures.ts';
import { drawFlat } from '../../support/doubles/flat-pictures.ts';
import { TestInstallation } from '../../support/program/test-installation.ts';

/* A yes pays for what it was asked about: the pictures of a batch can change while the question is open. */

let installation: TestInstallation;
let emulator: Emulator;
beforeEach(async () => {
  installation = await TestInstallation.create();
  // Jobs run until a test ends them.
  emulator = await installation.emulator({ draw: drawFlat, latencyMs: 600_000 });
});
afterEach(() => installation.end());

const YES = { action: 'accept', content: { spend: true } } as const;
const submits = () => emulator.control.submits().length;

/** A client over stdio whose user answers each question so. */
async function connected(
  mode: NonNullable<ClientOptions['versionNegotiation']>['mode'],
  answer: (question: string) => Promise<typeof YES | { readonly action: 'cancel' }>,
) {
  const settings = { FIREFLY_CONFIRM: 'over:1', FIREFLY_RPM: '60', FIREFLY_ROOTS: installation.folder };
  const { client } = await installation.client(installation.environment(emulator, settings), ['stdio'], mode, {
    capabilities: { elicitation: { form: {} } },
    prepare: (asking) => asking.setRequestHandler('elicitation/create', ({ params }) => answer(params.message)),
  });
  return client;
}

const ERAS = [
  ['2026-07-28', { pin: '2026-07-28' }],
  ['2025', 'legacy'],
] as const;

describe.each(ERAS)('a yes to a batch, era %s', (_era, mode) => {
  test('is none to pictures that lie there under their names since', { tags: 'long' }, async () => {
    const images = ['one.png', 'two.png'];
    const paint = (side: number) =>
      Promise.all(
        images.map(async (name, index) =>
          writeFile(
            join(installation.folder, name),
            await plain(side + index, 640)
              .png()
              .toBuffer(),
          ),
        ),
      );
    await paint(640);
    const asked: string[] = [];
    const client = await connected(mode, async (question) => {
      asked.push(question);
      if (asked.length > 1) return { action: 'cancel' };
      await paint(700);
      return YES;
    });
    const items = images.map((image) => ({ id: image, image }));
    const answer = await client.callTool({ name: 'submit_batch', arguments: { tool: 'upscale_image', items } });
    if (mode === 'legacy') {
      // The pictures were read before the question: those are sent.
      expect(answer.isError).not.toBe(true);
      expect(asked).toHaveLength(1);
      return;
    }
    expect(asked).toHaveLength(2);
    expect(answer).toMatchObject({ structuredContent: { error: { code: 'confirmation_required' } } });
    expect(submits()).toBe(0);
  });
});
