/** @module-tag long */
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../architecture/source-files.ts';
import type { Emulator } from '../../src/emulator/index.ts';
import { prompts } from '../../src/prompts/registry.ts';
import { drawFlat } from '../support/doubles/flat-pictures.ts';
import { TestInstallation, type Connected, type Told } from '../support/program/test-installation.ts';

/** What a person picks each prompt with, and the paid tools that its steps have to come to, in their order. */
const JOBS: Readonly<Record<string, { given: Record<string, string>; paid: readonly string[] }>> = {
  product_shot: { given: { product: 'product.png', scene: 'on a marble table' }, paid: ['composite_image'] },
  replace_background: { given: { photo: 'portrait.png', background: 'a soft blue gradient' }, paid: ['fill_image'] },
  social_sizes: { given: { picture: 'product.png', formats: '16:9' }, paid: ['submit_batch'] },
  extend_picture: { given: { picture: 'product.png', around: 'more of the room' }, paid: ['expand_image'] },
  restore_photo: { given: { photo: 'portrait.png', damage: 'a scratch' }, paid: ['fill_image', 'upscale_image'] },
  portrait_set: { given: { portrait: 'portrait.png', backgrounds: 'a garden' }, paid: ['submit_batch'] },
  series: {
    given: { subject: 'a red barn', variants: 'in summer; in winter' },
    paid: ['generate_image', 'generate_image'],
  },
  campaign: {
    given: { model: 'Warm interiors', motifs: 'a warm room; a warm hall' },
    paid: ['generate_image', 'submit_batch'],
  },
};

let installation: TestInstallation;
let adobe: Emulator;
let server: Connected;
beforeAll(async () => {
  installation = await TestInstallation.create();
  adobe = await installation.emulator({ draw: drawFlat, latencyMs: 10, rpm: 600 });
  const examples = join(ROOT, 'examples');
  // As small as a person is still found: the steps are what is tried, not the pixels.
  for (const file of ['portrait.png', 'product.png']) {
    await sharp(join(examples, file)).resize(160, 160, { fit: 'inside' }).toFile(join(installation.folder, file));
  }
  server = await installation.client(installation.environment(adobe, { FIREFLY_RPM: '600', FIREFLY_PREVIEW: 'none' }));
});
afterAll(() => installation.end());

interface Call {
  readonly tool: string;
  readonly input: Record<string, unknown>;
}

/** The mask that was made last: finding people takes longer than all else, and one mask serves two prompts. */
let lastMask: string | undefined;

/** The calls that the words of a prompt name, in their order. */
function callsIn(words: string): readonly Call[] {
  return [...words.matchAll(/`(\w+) (\{[^`]*\})`/g)].map(([, tool = '', input = '{}']) => ({
    tool,
    input: JSON.parse(input) as Record<string, unknown>,
  }));
}

/** A call that has to succeed, until its job or batch has ended. */
async function made({ tool, input }: Call): Promise<Told> {
  let told = await server.call(tool, input);
  expect(told.isError, `${tool}: ${told.text}`).toBe(false);
  const { batch, job } = told.facts;
  const hasEnded = () =>
    batch === undefined
      ? job === undefined || told.facts['state'] === 'succeeded'
      : told.facts['batch_state'] === 'finished';
  while (input['dry_run'] !== true && !hasEnded()) {
    told = await server.call('job_status', { job: batch ?? job, wait_seconds: 10 });
  }
  return told;
}

test.each(Object.entries(JOBS))(
  'the steps of %s, made one after the other, do the job',
  async (name, { given, paid }) => {
    const { messages } = await server.client.getPrompt({ name, arguments: given });
    const [{ content } = expect.unreachable('a message')] = messages;
    const words = content.type === 'text' ? content.text : '';
    for (const value of Object.values(given)) expect(words).toContain(value.split(/[;,]/)[0]);
    const calls = callsIn(words);
    const before = adobe.control.submits().length;
    const spends: string[] = [];
    for (const call of calls) {
      const step = JSON.stringify(call);
      if (call.tool === 'make_mask' && step === lastMask) continue;
      const earlier = adobe.control.submits().length;
      await made(call);
      if (adobe.control.submits().length > earlier) spends.push(call.tool);
      if (call.tool === 'make_mask') lastMask = step;
    }
    expect(spends).toEqual(paid);
    // One picture for each paid step, and nothing besides.
    expect(adobe.control.submits().length - before).toBe(paid.length);
  },
);

test('every prompt has its job here', () => {
  expect(Object.keys(JOBS).toSorted()).toEqual(prompts.map(({ name }) => name).toSorted());
});
