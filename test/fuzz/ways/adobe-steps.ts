import fc from 'fast-check';
import { expect } from 'vitest';
import { startEmulator } from '../../../src/emulator/index.ts';
import { OPERATION_IDS, type OperationId } from '../../../src/firefly/endpoints/registry.ts';
import type { Firefly } from '../../../src/firefly/types.ts';
import { Problem } from '../../../src/shared/errors.ts';
import { parseJson } from '../../../src/shared/text/json.ts';
import { testFirefly, V3, V4 } from '../../firefly/harness.ts';
import { noisy, plain } from '../../images/pictures.ts';
import { canary } from '../../support/canaries.ts';
import { hiddenIn } from '../../support/hostile.ts';
import { mangling } from '../generators/mangle.ts';
import type { WayIn } from '../inputs.ts';

const STEPS = ['token', 'upload', 'submit', 'status', 'cancel', 'download', 'custom-models'] as const;
/** Longest download that is taken, bytes. */
const MOST_BYTES = 1_000_000;
/** Of no picture. */
const NO_UPLOAD = '00000000-0000-4000-8000-000000000000';
/** The model of operations that have to name one. */
const MODELS: Readonly<Partial<Record<OperationId, string>>> = {
  generateImagesV3Async: V3.model,
  generateImagesV4Async: V4.model,
  editImagesV4Async: V4.model,
  generateSimilarImagesV3Async: 'image3',
  preciseUpsamplerV3Async: 'precise_upsampler_v1',
  generateVideoV3: 'video1_standard',
};

/** Answers of the emulator to each step of each operation, with parts of them changed. */
export const stepsOfAdobe: WayIn = async (more) => {
  const jpeg = await plain(64, 64).jpeg().toBuffer();
  const picture = await noisy(600, 450).png().toBuffer();
  const emulator = await startEmulator({ clientSecret: canary('secret'), latencyMs: 0, draw: async () => jpeg });
  const { control } = emulator;
  const answer = fc.record({
    json: mangling,
    isWhole: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    status: fc.option(fc.constantFrom(200, 202, 204, 206, 302, 400, 401, 403, 404, 409, 410, 422, 429, 500, 503), {
      freq: 2,
    }),
    headers: fc.dictionary(
      fc.constantFrom('link', 'location', 'x-access-error', 'content-type', 'content-range', 'content-encoding'),
      fc.oneof(
        fc.constantFrom('0', '-1', '9'.repeat(40), 'gzip', 'text/html', 'application/json'),
        fc.stringMatching(/^[ -~]{0,20}$/),
      ),
      { maxKeys: 2 },
    ),
  });
  const input = fc.record({ operation: fc.constantFrom(...OPERATION_IDS), step: fc.constantFrom(...STEPS), answer });
  await more(input, async ({ operation, step, answer: { json, isWhole, status, headers } }) => {
    control.reset();
    control.next({
      on: step,
      action: {
        kind: 'rewrite',
        rewrite: (usual) => {
          const body = rewritten(usual.body, json, isWhole);
          const length = { 'content-length': String(body.length) };
          return { status: status ?? usual.status, headers: { ...usual.headers, ...headers, ...length }, body };
        },
      },
    });
    const firefly = testFirefly({
      apiUrl: emulator.apiOrigin,
      imsUrl: emulator.imsOrigin,
      trustedOrigins: [emulator.shardOrigin, emulator.storageOrigin],
      credentials: emulator.credentials,
    });
    try {
      await wholeWay(firefly, operation, picture);
    } finally {
      await firefly.close();
    }
    // A second request is legitimate after a refused token only.
    expect(control.submits().length).toBeLessThanOrEqual(step === 'submit' && status === 401 ? 2 : 1);
  });
  await emulator.close();
};

/** Every step that a job of this operation can take. */
async function wholeWay(firefly: Firefly, operation: OperationId, picture: Uint8Array): Promise<void> {
  const stored = told(await firefly.upload(picture, 'image/png'));
  const uploadId = stored.kind === 'stored' ? stored.uploadId : NO_UPLOAD;
  const submitted = told(
    await firefly.submit({ operation, ...requestFor(operation, uploadId) }, { requestId: 'fuzz' }),
  );
  if (submitted.kind === 'accepted') {
    const status = told(await firefly.status(submitted.handle, operation));
    await firefly.status(submitted.handle, operation, undefined, 1);
    if (status.kind === 'succeeded') {
      for (const { url } of status.outputs.slice(0, 2)) {
        told(await firefly.download(url, () => undefined, { maxBytes: MOST_BYTES }));
      }
    }
    told(await firefly.cancel(submitted.handle, operation));
  }
  await firefly.customModels({ start: '0', limit: 2 }).catch((error: unknown) => expect(error).toBeInstanceOf(Problem));
}

/** What a step told, after a look at what people would read of it. */
function told<T extends object>(outcome: T): T {
  if ('problem' in outcome) expect(hiddenIn(JSON.stringify(outcome.problem))).toEqual([]);
  return outcome;
}

/** The body of an answer: its JSON with parts of it changed, half of it, or other bytes. */
function rewritten(body: Buffer, json: (value: unknown) => unknown, isWhole: boolean): Buffer {
  if (!isWhole) return body.subarray(0, body.length / 2);
  const value = parseJson(body.toString());
  return value === undefined ? body : Buffer.from(JSON.stringify(json(value)) ?? '');
}

function requestFor(
  operation: OperationId,
  uploadId: string,
): { readonly model: string | undefined; readonly body: object } {
  const image = { source: { uploadId } };
  const prompt = 'a hat';
  const background = { image, fillAreaMask: image };
  const referenceBlobs = [{ source: { uploadId } }];
  const bodies: Readonly<Record<OperationId, object>> = {
    generateImagesV3Async: V3.body,
    generateImagesV4Async: V4.body,
    editImagesV4Async: { prompt, referenceBlobs },
    fillImagesV3Async: { image, mask: image, prompt },
    expandImagesV3Async: { image, size: { width: 1200, height: 900 } },
    generateSimilarImagesV3Async: { image },
    preciseUpsamplerV3Async: { image, seeds: [1] },
    generateVideoV3: { prompt, sizes: [{ width: 1920, height: 1080 }] },
    generateObjectCompositeV3Async: { image, prompt },
    preciseComposite: { background, object: { image } },
    adaptiveComposite: { background, object: { image } },
  };
  return { model: MODELS[operation], body: bodies[operation] };
}
