import { newId } from '../../../src/shared/ids.ts';
import { systemRandom } from '../../../src/shared/random.ts';

/** What belongs to a principal and has an id. An upload id is Adobe's. */
export type Kind = 'job' | 'img' | 'batch' | 'upload';

/** An argument that names a thing. */
interface Row {
  readonly kinds: readonly Kind[];
  /** Whether a path of a file can stand in its place. */
  readonly files?: boolean;
  readonly with?: object;
  /** The argument's value for an id; the id itself where absent. */
  readonly value?: (id: string) => unknown;
}

const LEFT_HALF = { shape: 'rectangle', x: 0, y: 0, width: 50, height: 100 };
const NOW = { wait_seconds: 0, new_job: true };
const FILL = { prompt: 'grass', ...NOW };
const EXPAND = { size: '1200x900', ...NOW };
const GENERATE = { prompt: 'a fox', ...NOW };
const PICTURE = { kinds: ['img', 'upload'], files: true } as const;
/** Place of a picture that the caller gives itself. */
export const GIVEN = '{given}';

/** The paid tools, each of which begins with the arguments of an earlier job. */
const PAID = ['generate_image', 'fill_image', 'expand_image', 'edit_image', 'vary_image', 'upscale_image'].concat(
  'composite_image',
  'generate_video',
);
const LIKE: Row = { kinds: ['job', 'img'], with: NOW };

/** Every argument of every tool that names a thing, by tool and argument. */
export const ROWS: Readonly<Record<string, Row>> = {
  ...Object.fromEntries(PAID.map((tool) => [`${tool} like`, LIKE])),
  'generate_image style_image': { ...PICTURE, with: GENERATE },
  'generate_image structure_image': { ...PICTURE, with: GENERATE },
  'fill_image image': { ...PICTURE, with: { ...FILL, mask_shapes: [LEFT_HALF] } },
  'fill_image mask': { ...PICTURE, with: { ...FILL, image: GIVEN } },
  'expand_image image': { ...PICTURE, with: EXPAND },
  'expand_image mask': { ...PICTURE, with: { ...EXPAND, image: GIVEN } },
  'edit_image image': { ...PICTURE, with: { prompt: 'make it evening', ...NOW } },
  'edit_image mask': { ...PICTURE, with: { prompt: 'make it evening', image: GIVEN, ...NOW } },
  'vary_image image': { ...PICTURE, with: NOW },
  'upscale_image image': { kinds: ['img'], files: true, with: NOW },
  'composite_image image': { ...PICTURE, with: GENERATE },
  'composite_image background': { ...PICTURE, with: { image: GIVEN, mask: GIVEN, ...NOW } },
  'composite_image mask': { ...PICTURE, with: { image: GIVEN, background: GIVEN, ...NOW } },
  'composite_image style_image': { ...PICTURE, with: { ...GENERATE, image: GIVEN } },
  'composite_image object_mask': { ...PICTURE, with: { ...GENERATE, image: GIVEN } },
  'generate_video first_frame': { ...PICTURE, with: GENERATE },
  'generate_video last_frame': { ...PICTURE, with: GENERATE },
  'submit_batch items': {
    ...PICTURE,
    with: { tool: 'expand_image', new_job: true },
    value: (id) => [{ image: id, size: '1200x900' }],
  },
  'submit_batch common': {
    ...PICTURE,
    with: { tool: 'expand_image', items: [{ size: '1200x900' }], new_job: true },
    value: (id) => ({ image: id }),
  },
  'submit_batch folder': { kinds: [], files: true, with: { tool: 'expand_image', common: { size: '1200x900' } } },
  'submit_batch file': { kinds: [], files: true },
  'make_mask image': { ...PICTURE, with: { shapes: [LEFT_HALF] } },
  'make_mask from': { ...PICTURE, with: { image: GIVEN } },
  'job_status job': { kinds: ['job', 'batch'], with: { wait_seconds: 0 } },
  'cancel_job job': { kinds: ['job', 'batch'] },
  'resubmit_job job': { kinds: ['job', 'batch'], with: { accept_possible_charge: true, wait_seconds: 0 } },
  'show_images image': PICTURE,
  'show_images images': { ...PICTURE, value: (id) => [id] },
  'list_images before': { kinds: ['img'] },
  'list_images job': { kinds: ['job', 'batch'] },
  'list_images made_from': { kinds: ['img'] },
  'save_image folder': { kinds: [] },
  'save_image image': { kinds: ['img'] },
  'save_image images': { kinds: ['img'], value: (id) => [id] },
  // A client that cannot ask is refused without confirm, so that nothing of its own is deleted.
  'delete_images image': { kinds: ['img'] },
  'delete_images images': { kinds: ['img'], value: (id) => [id] },
  'delete_images job': { kinds: ['job', 'batch'] },
  'delete_images before': { kinds: ['img'] },
  'delete_images made_from': { kinds: ['img'] },
  'delete_images except': { kinds: ['img'], with: { kind: 'generated' }, value: (id) => [id] },
};

/** Tools of which no argument names a thing. */
export const WITHOUT_THINGS: readonly string[] = ['list_custom_models'];

/** Arguments that name nothing which belongs to a principal. */
export const PLAIN: ReadonlySet<string> = new Set(
  `accept_possible_charge align_horizontal align_vertical aspect_ratio belongs camera_motion confirm content_class count crop custom_model blend draft harmonization method preserve_background shadow
   dedupe dry_run factor feather fit for grow idempotency_key inset_bottom inset_left inset_right inset_top invert invert_mask kind limit locale mask_shapes max_side model
   name negative_prompt new_job one_request prompt prompt_reasoner prompt_style prompts published_state query resolution save_as save_to seed seeds select shapes shot_angle shot_size since size start stays
   structure_strength style_presets style_strength text tool training_mode unit until upsampler visual_intensity wait_seconds whole_picture`.split(
    /\s+/,
  ),
);

/** Families of resources, with what their id names. */
export const FAMILIES: Readonly<Record<string, Exclude<Kind, 'upload' | 'batch'>>> = {
  'firefly://images/{id}': 'img',
  'firefly://images/{id}/preview': 'img',
  'firefly://images/{id}/facts': 'img',
  'firefly://jobs/{id}': 'job',
};

/** An id that was never given out. */
export function neverMade(kind: Kind): string {
  return kind === 'upload' ? systemRandom.uuid() : newId(kind, systemRandom);
}
