import { isFinal, type JobState } from '../../jobs/model/states.ts';
import { SavedResult } from '../../render/library-schemas.ts';
import { JobResult, JobStatusResult, ModelsResult } from '../../render/schemas.ts';
import { expandProduct, maskBackground, replaceBackground, type DemoPicture, type Photographs } from './editing.ts';
import type { DemoServer } from './server.ts';
import { demoFailed, requireSuccess, verifyPicture } from './verify.ts';

/** One stop of the tour. */
interface Stop {
  readonly name: string;
  /** Resolves with the result in a few words. @throws Problem `demo_failed` */
  run(onProgress: OnProgress): Promise<string>;
}

type OnProgress = (message: string) => void;

/** The tour of the demo. */
export interface Tour {
  readonly stops: readonly Stop[];
  /** Paths of the files that the stops so far have saved. */
  saved(): readonly string[];
}

const SIZE = { width: 2304, height: 1792 };
const SQUARE = { width: 2048, height: 2048 };
const REQUIRED_TOOLS = [
  'generate_image',
  'make_mask',
  'fill_image',
  'expand_image',
  'list_custom_models',
  'job_status',
  'cancel_job',
  'show_images',
  'save_image',
];
/** Wait before the cancel: the job has been submitted by then, but has not finished. */
const WAIT_BEFORE_CANCEL_SECONDS = 1;
const MAX_CANCEL_ATTEMPTS = 3;
const MAX_POLLS = 5;

/** The stops in order. Later stops use the pictures of earlier ones. Each throws a Problem `demo_failed`. */
export function planTour(server: DemoServer, photographs: Photographs, output: string): Tour {
  const made: DemoPicture[] = [];
  const saved: string[] = [];
  let mask = '';

  const generate = async (input: Record<string, unknown>, size: typeof SIZE, onProgress: OnProgress) => {
    const result = requireSuccess(await server.call('generate_image', input, onProgress), 'generate_image');
    const { images = [], state } = JobResult.parse(result.structuredContent);
    const wanted = typeof input['count'] === 'number' ? input['count'] : 1;
    if (images.length !== wanted) throw demoFailed(`${images.length} of ${wanted} pictures were made (${state})`);
    for (const { image, path } of images) {
      if (path === undefined) throw demoFailed(`the result has no path of ${image}`);
      verifyPicture(path, size);
      made.push({ image, size });
    }
    return images.map(({ image }) => image);
  };

  const stops: Stop[] = [
    {
      name: 'connect',
      run: async () => {
        const missing = REQUIRED_TOOLS.filter((tool) => !server.tools.includes(tool));
        if (missing.length > 0) throw demoFailed(`the server lacks ${missing.join(', ')}`);
        return `${server.tools.length} tools`;
      },
    },
    {
      name: 'two variations',
      run: async (onProgress) => {
        const input = { prompt: 'a red fox in fresh snow, morning light', count: 2, size: '2304x1792' };
        const images = await generate(input, SIZE, onProgress);
        return `${images.length} pictures of 2304x1792`;
      },
    },
    {
      name: 'custom model',
      run: async (onProgress) => {
        const { custom_model, name, concept } = await firstCustomModel(server, onProgress);
        // The prompt for a subject model must contain its concept.
        const prompt = concept === undefined ? 'a lighthouse at dusk' : `${concept} beside a lighthouse at dusk`;
        await generate({ prompt, custom_model, size: '2048x2048' }, SQUARE, onProgress);
        return `1 picture of 2048x2048 with "${name ?? custom_model}"`;
      },
    },
    {
      name: 'mask',
      run: async (onProgress) => {
        const background = await maskBackground(server, photographs, output, onProgress);
        mask = background.mask;
        saved.push(background.file);
        return background.summary;
      },
    },
    {
      name: 'new background',
      run: async (onProgress) => {
        const { picture, summary } = await replaceBackground(server, photographs, mask, onProgress);
        made.push(picture);
        return summary;
      },
    },
    {
      name: 'expand',
      run: async (onProgress) => {
        const { picture, summary } = await expandProduct(server, photographs, onProgress);
        made.push(picture);
        return summary;
      },
    },
    { name: 'start and cancel', run: (onProgress) => startAndCancel(server, onProgress) },
    {
      name: 'preview',
      run: async (onProgress) => {
        const result = requireSuccess(
          await server.call('show_images', { image: 'last', max_side: 512 }, onProgress),
          'show_images',
        );
        const picture = result.content.find((block) => block.type === 'image');
        if (!picture) throw demoFailed('show_images returned no picture');
        return `an image of ${Math.ceil(Buffer.from(picture.data, 'base64').length / 1000)} kB`;
      },
    },
    {
      name: 'save',
      run: async (onProgress) => {
        const input = { images: made.map(({ image }) => image), name: '{n}-{prompt}', folder: '.' };
        const result = requireSuccess(await server.call('save_image', input, onProgress), 'save_image');
        const files = SavedResult.parse(result.structuredContent).saved ?? [];
        for (const { image, size } of made) {
          const file = files.find((entry) => entry.image === image);
          if (!file) throw demoFailed(`${image} was not saved`);
          verifyPicture(file.path, size);
          saved.push(file.path);
        }
        return `${made.length} originals`;
      },
    },
  ];
  return { stops, saved: () => saved };
}

async function firstCustomModel(server: DemoServer, onProgress: OnProgress) {
  const result = requireSuccess(
    await server.call('list_custom_models', { limit: 5 }, onProgress),
    'list_custom_models',
  );
  const [model] = ModelsResult.parse(result.structuredContent).models ?? [];
  if (!model) throw demoFailed('list_custom_models returned no model');
  return model;
}

async function startAndCancel(server: DemoServer, onProgress: OnProgress): Promise<string> {
  for (let attempt = 1; attempt <= MAX_CANCEL_ATTEMPTS; attempt += 1) {
    const prompt = `a picture that will be cancelled (${attempt})`;
    const started = await server.call(
      'generate_image',
      { prompt, wait_seconds: WAIT_BEFORE_CANCEL_SECONDS },
      onProgress,
    );
    const { job, state } = JobResult.parse(requireSuccess(started, 'generate_image').structuredContent);
    if (job === undefined) throw demoFailed('no job was started');
    await server.call('cancel_job', { job }, onProgress);
    const ended = await finalState(job, server, onProgress);
    if (ended === 'cancelled') return `${state} → cancelled`;
    // On a busy machine the emulator may finish the job before the cancel arrives.
    if (ended !== 'succeeded') throw demoFailed(`the cancelled job ended as ${ended}`);
  }
  throw demoFailed(`${MAX_CANCEL_ATTEMPTS} jobs finished before they could be cancelled`);
}

async function finalState(job: string, server: DemoServer, onProgress: OnProgress): Promise<JobState> {
  for (let attempt = 0; attempt < MAX_POLLS; attempt += 1) {
    const polled = await server.call('job_status', { job, wait_seconds: 10 }, onProgress);
    const { state } = JobStatusResult.parse(polled.structuredContent);
    if (state !== undefined && isFinal(state)) return state;
  }
  throw demoFailed('the cancelled job does not end');
}
