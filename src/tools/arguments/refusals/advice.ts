import { lettersOf } from '../lenient/names.ts';

/** Where an argument has its place: a tool that lacks it, or every tool. */
interface Advice {
  /** Names of arguments, by their letters, separated by blanks. */
  readonly names: string;
  /** Tools that it is said of; all where undefined. */
  readonly tools?: readonly string[];
  /** A whole sentence. Clauses that name a tool end with ";" or ".", since that tool may not be offered. */
  readonly next: string;
}

const ONE_A_CALL = ['edit_image', 'upscale_image', 'generate_video'];
const ON_PICTURES = [
  'show_images',
  'save_image',
  'fill_image',
  'edit_image',
  'expand_image',
  'vary_image',
  'upscale_image',
];

/** What people want of an argument that a tool does not have, and what does it. */
const OF_UNKNOWN: readonly Advice[] = [
  {
    names: 'count n num number numimages numberofimages numvariations numoutputs samples quantity',
    tools: ONE_A_CALL,
    next: 'One call makes one; submit_batch makes several.',
  },
  {
    names: 'prompt text instruction instructions description',
    tools: ['vary_image', 'upscale_image'],
    next: 'This takes no words; edit_image changes a picture by words.',
  },
  {
    names: 'image images inputimage sourceimage initimage imagepath imageurl reference referenceimage referenceimages',
    tools: ['generate_image'],
    next: 'A picture gives its style as style_image or its composition as structure_image; edit_image changes the picture itself.',
  },
  {
    names: 'maskshapes shapes select',
    tools: ['composite_image', 'expand_image'],
    next: 'make_mask draws a mask, free; pass its img_… as mask.',
  },
  {
    names: 'size width height targetsize targetwidth targetheight resolution dpi targetdpi aspectratio',
    tools: ['upscale_image'],
    next: 'It enlarges by a whole factor; save_image cuts and scales the result to a size in pixels, free.',
  },
  {
    names: 'duration durationseconds seconds length fps framerate audio sound',
    tools: ['generate_video'],
    next: 'Every clip has five seconds and no sound: leave it out.',
  },
  {
    names: 'format outputformat fileformat imageformat extension',
    next: 'The ending of a file name says the format, such as .png, .jpg or .webp.',
  },
  {
    names: 'quality',
    tools: ['generate_image', 'vary_image'],
    next: 'For most detail give model "image4_ultra".',
  },
  {
    names: 'transparent transparency transparentbackground background removebackground',
    tools: ['generate_image', 'edit_image', 'fill_image', 'save_image'],
    next: 'No picture here gets a transparent background.',
  },
  {
    names: 'rotate rotation angle flip mirror',
    tools: ['save_image', 'edit_image', 'fill_image'],
    next: 'Nothing here turns or mirrors a picture.',
  },
  { names: 'overwrite force', tools: ['save_image'], next: 'Files are never overwritten: give another name.' },
  { names: 'index number position which', tools: ON_PICTURES, next: 'The second picture of a job is "job_…#2".' },
  { names: 'job jobid', tools: ON_PICTURES, next: 'The pictures of a job are "job_…#1", "job_…#2" and so on.' },
  {
    names: 'date day when',
    tools: ['list_images', 'delete_images'],
    next: 'since and until say which days, such as since "today".',
  },
];

/** What people mean by a value that an argument does not take. */
const OF_REFUSED: readonly Advice[] = [
  { names: 'count', next: 'For more pictures, or other prompts, use submit_batch.' },
  { names: 'prompt', next: 'A prompt is one text; submit_batch makes a picture of each of several.' },
  {
    names: 'select',
    tools: ['fill_image'],
    next: 'People are "person", and what is behind them is "person" with invert_mask true. Outline anything else with mask_shapes.',
  },
  {
    names: 'select',
    tools: ['make_mask'],
    next: 'People are "person", and what is behind them is "person" with invert true. Outline anything else with shapes, and set fit.',
  },
  { names: 'stylestrength structurestrength', next: 'A strength is a whole number of percent, such as 80.' },
  { names: 'confirm', next: 'confirm is true once the user has agreed, and otherwise left out.' },
];

/** What to do instead, as a sentence, for a name that a tool does not have; undefined where there is nothing to say. */
export function adviceOnUnknown(tool: string, name: string): string | undefined {
  return found(OF_UNKNOWN, tool, name);
}

/** As `adviceOnUnknown`, for an argument whose value is refused. */
export function adviceOnRefused(tool: string, argument: string): string | undefined {
  return found(OF_REFUSED, tool, argument);
}

/** Longest name that is looked for. */
const LONGEST = 60;

function found(all: readonly Advice[], tool: string, name: string): string | undefined {
  if (name.length > LONGEST) return undefined;
  const letters = lettersOf(name);
  return all.find(({ names, tools }) => names.split(' ').includes(letters) && (tools?.includes(tool) ?? true))?.next;
}
