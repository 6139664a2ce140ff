import { isLeftOut } from '../scalars.ts';

/** Arguments that name a picture. */
const PICTURES: ReadonlySet<string> = new Set([
  'image',
  'images',
  'mask',
  'from',
  'background',
  'object_mask',
  'style_image',
  'structure_image',
  'first_frame',
  'last_frame',
]);

/** Fields of an object that names a picture. */
const NAMING: ReadonlySet<string> = new Set('image id handle uri path file url uploadId source'.split(' '));
/** Fields that say what a picture is, beside its name. */
const TELLING: ReadonlySet<string> = new Set('type mimeType mime_type width height seed'.split(' '));

/** The arguments whose list entries may be `{"prompt": "…"}`. */
const PROMPTS: ReadonlySet<string> = new Set(['prompt', 'prompts']);

/**
 * The text that an object means where the argument is a text: `{"path": "a.png"}` for a picture, also one that was
 * copied from a result, `{"prompt": "…"}` for a prompt, `{"name": "a.png", "size": "900x900"}` for `save_as`. Undefined where it
 * says something else, or more.
 * @param argument name of the argument, or of the list that the object is an entry of
 */
export function textIn(value: Readonly<Record<string, unknown>>, argument: string): string | undefined {
  if (PICTURES.has(argument) && isHandle(value['image'])) return String(value['image']);
  const given = Object.entries(value).filter(([, field]) => !isLeftOut(field));
  if (given.length === 0 || !given.every(([, field]) => isPlain(field))) return undefined;
  const fields = new Map(given.map(([name, field]) => [name, String(field)]));
  if (PICTURES.has(argument)) return pictureIn(fields);
  if (PROMPTS.has(argument)) return fields.size === 1 ? (fields.get('prompt') ?? fields.get('text')) : undefined;
  return argument === 'save_as' ? fileIn(fields) : undefined;
}

/** Of our own results, `image` is the handle, and the other names are of the same picture. */
function isHandle(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('img_');
}

function pictureIn(fields: ReadonlyMap<string, string>): string | undefined {
  const [only, second] = Array.from(fields.keys()).filter((name) => !TELLING.has(name));
  return only !== undefined && second === undefined && NAMING.has(only) ? fields.get(only) : undefined;
}

function fileIn(fields: ReadonlyMap<string, string>): string | undefined {
  const { name, path, file, size, ...others } = Object.fromEntries(fields);
  const [only, second] = [name, path, file].filter((each) => each !== undefined);
  if (only === undefined || second !== undefined || Object.keys(others).length > 0) return undefined;
  return size === undefined ? only : `${only} ${size}`;
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}
