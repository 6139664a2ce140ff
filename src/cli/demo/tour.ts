import { JobResult, JobStatusResult, ModelsResult, SavedResult } from '../../render/schemas.ts';
import { isFinal, type JobState } from '../../jobs/model/states.ts';
import { broken, checkedPicture, successful } from './verify.ts';
import { maskBackground, newBackground, widened, type Made, type Photographs } from './editing.ts';
import type { DemoServer } from './server.ts';

/** One stop of the tour. */
interface Stop {
  readonly name: string;
  /** Resolves with what was done, in a few words. @throws Problem `demo_failed` */
  run(say: (message: string) => void): Promise<string>;
}

/** The tour, and what it leaves behind. */
export interface Tour {
  readonly stops: readonly Stop[];
  /** Files that were saved, once the tour is over. */
  saved(): readonly string[];
}

const SIZE = { width: 2304, height: 1792 };
const SQUARE = { width: 2048, height: 2048 };
const WANTED_TOOLS = [
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
/** Long enough that the job is at Adobe, short enough that it is not done. */
const HEAD_START_SECONDS = 1;
const MOST_CANCELS = 3;
const MOST_LOOKS = 5;

/** What the demo shows, in order. Later stops use what earlier ones made. */
export function planTour(server: DemoServer, photographs: Photographs, output: string): Tour {
  const made: Made[] = [];
  const saved: string[] = [];
  let mask = '';

  const generate = async (input: Record<string, unknown>, size: typeof SIZE, say: (message: string) => void) => {
    const result = successful(await server.call('generate_image', input, say), 'generate_image');
    const { images = [], state } = JobResult.parse(result.structuredContent);
    const wanted = typeof input['count'] === 'number' ? input['count'] : 1;
    if (images.length !== wanted) throw broken(`${images.length} of ${wanted} pictures were made (${state})`);
    for (const { image, path } of images) {
      if (path === undefined) throw broken(`the result does not say where ${image} lies`);
      checkedPicture(path, size);
      made.push({ image, size });
    }
    return images.map(({ image }) => image);
  };

  const stops: Stop[] = [
    {
      name: 'connect',
      run: async () => {
        const missing = WANTED_TOOLS.filter((tool) => !server.tools.includes(tool));
        if (missing.length > 0) throw broken(`the server lacks ${missing.join(', ')}`);
        return `${server.tools.length} tools`;
      },
    },
    {
      name: 'two variations',
      run: async (say) => {
        const input = { prompt: 'a red fox in fresh snow, morning light', count: 2, size: '2304x1792' };
        const images = await generate(input, SIZE, say);
        return `${images.length} pictures of 2304x1792`;
      },
    },
    {
      name: 'custom model',
      run: async (say) => {
        const { custom_model, name, concept } = await firstModel(server, say);
        // A subject model knows its subject by this word only.
        const prompt = concept === undefined ? 'a lighthouse at dusk' : `${concept} beside a lighthouse at dusk`;
        await generate({ prompt, custom_model, size: '2048x2048' }, SQUARE, say);
        return `1 picture of 2048x2048 with "${name ?? custom_model}"`;
      },
    },
    {
      name: 'mask',
      run: async (say) => {
        const drawn = await maskBackground(server, photographs, output, say);
        mask = drawn.mask;
        saved.push(drawn.file);
        return drawn.said;
      },
    },
    {
      name: 'new background',
      run: async (say) => {
        const filled = await newBackground(server, photographs, mask, say);
        made.push(filled.made);
        return filled.said;
      },
    },
    {
      name: 'expand',
      run: async (say) => {
        const wide = await widened(server, photographs, say);
        made.push(wide.made);
        return wide.said;
      },
    },
    { name: 'start and cancel', run: (say) => startAndCancel(server, say) },
    {
      name: 'look',
      run: async (say) => {
        const result = successful(
          await server.call('show_images', { image: 'last', max_side: 512 }, say),
          'show_images',
        );
        const picture = result.content.find((block) => block.type === 'image');
        if (!picture) throw broken('show_images showed no picture');
        return `a preview of ${Math.ceil(Buffer.from(picture.data, 'base64').length / 1000)} kB`;
      },
    },
    {
      name: 'save',
      run: async (say) => {
        const input = { images: made.map(({ image }) => image), name: '{n}-{prompt}' };
        const result = successful(await server.call('save_image', input, say), 'save_image');
        const files = SavedResult.parse(result.structuredContent).saved ?? [];
        for (const { image, size } of made) {
          const file = files.find((entry) => entry.image === image);
          if (!file) throw broken(`${image} was not saved`);
          checkedPicture(file.path, size);
          saved.push(file.path);
        }
        return `${made.length} originals`;
      },
    },
  ];
  return { stops, saved: () => saved };
}

async function firstModel(server: DemoServer, say: (message: string) => void) {
  const result = successful(await server.call('list_custom_models', { limit: 5 }, say), 'list_custom_models');
  const [model] = ModelsResult.parse(result.structuredContent).models ?? [];
  if (!model) throw broken('no custom model was found');
  return model;
}

async function startAndCancel(server: DemoServer, say: (message: string) => void): Promise<string> {
  for (let attempt = 1; attempt <= MOST_CANCELS; attempt += 1) {
    const prompt = `a picture that nobody will see (${attempt})`;
    const started = await server.call('generate_image', { prompt, wait_seconds: HEAD_START_SECONDS }, say);
    const { job, state } = JobResult.parse(successful(started, 'generate_image').structuredContent);
    if (job === undefined) throw broken('no job was started');
    await server.call('cancel_job', { job }, say);
    const ended = await endOf(job, server, say);
    if (ended === 'cancelled') return `${state} → cancelled`;
    // Adobe may finish first, and so may the emulator on a busy machine: then there is nothing to cancel.
    if (ended !== 'succeeded') throw broken(`the job that was cancelled ended as ${ended}`);
  }
  throw broken(`${MOST_CANCELS} jobs were done before they could be cancelled`);
}

async function endOf(job: string, server: DemoServer, say: (message: string) => void): Promise<JobState> {
  for (let attempt = 0; attempt < MOST_LOOKS; attempt += 1) {
    const looked = await server.call('job_status', { job, wait_seconds: 10 }, say);
    const { state } = JobStatusResult.parse(looked.structuredContent);
    if (state !== undefined && isFinal(state)) return state;
  }
  throw broken('the job that was cancelled does not end');
}
