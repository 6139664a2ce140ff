import { z } from 'zod';
import { endingIn } from '../images/media.ts';
import type { ImageRecord } from '../images/types.ts';
import { renderSaved } from '../render/pictures/saved.ts';
import { SavedResult } from '../render/library-schemas.ts';
import { Problem, toProblemRecord } from '../shared/errors.ts';
import { defineTool, type ToolCall } from './definition/define.ts';
import { imageField } from './arguments/fields.ts';
import { invalidArgument } from './arguments/invalid-argument.ts';

/** Copies originals into the output folder. */
export const saveImage = defineTool({
  name: 'save_image',
  title: 'Save image',
  toolset: 'library',
  description:
    'Saves images as files: copies originals, byte for byte, into the output folder and returns their absolute paths. Never overwrites: -2, -3 … is added. Keeps format and size. Costs nothing.',
  intent: 'write',
  idempotent: false,
  openWorld: false,
  input: z.strictObject({
    image: imageField.optional(),
    images: z
      .array(z.string().min(1).max(200))
      .min(1)
      .max(20)
      .optional()
      .describe('1-20 pictures instead. Default for both: "last".'),
    name: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe(
        'Name without ending ("assets/hero"); tokens {prompt} {seed} {id} {job} {n} {date} {width} {height} {model}. Default {prompt}-{seed}.',
      ),
    folder: z.string().max(400).optional().describe('In the output folder; default "firefly".'),
  }),
  output: SavedResult,
  async handler({ image, images, name, folder }, call) {
    requirePaths(call);
    if (image !== undefined && images !== undefined) {
      throw invalidArgument('image and images are both given.', 'Give only one of the two.');
    }
    const services = await call.services();
    const pictures: ImageRecord[] = [];
    for (const reference of images ?? [image ?? 'last']) {
      pictures.push(await services.images.resolve(reference, call.caller));
    }
    const { DEFAULT_TEMPLATE, fileNameFor } = await import('../images/files/name-template.ts');
    const { inSubfolder, USUAL_FOLDER, writeNew } = await import('../images/files/output-folder.ts');
    const place = placeOf(name ?? DEFAULT_TEMPLATE, folder);
    const named = pictures.map((picture) => ({ picture, file: fileNameFor(picture, place.template) }));
    const saved: { image: ImageRecord; path: string }[] = [];
    let problem: unknown;
    await inSubfolder(call.settings.outputFolder, place.folder ?? USUAL_FOLDER, async (target) => {
      for (const { picture, file } of named) {
        try {
          const path = await writeNew(target, file, services.images.open(picture));
          saved.push({ image: picture, path });
        } catch (error) {
          // The answer has to name the files that were written before the problem.
          problem = error;
          break;
        }
      }
    });
    if (problem !== undefined && saved.length === 0) throw problem;
    return renderSaved({
      saved,
      problem: problem === undefined ? undefined : toProblemRecord(problem),
      warnings: endingWarnings(name, named),
      demo: call.settings.demo,
    });
  },
});

/** The folder and the file name that `name` and `folder` mean: a name may begin with folders. */
function placeOf(name: string, folder: string | undefined): { template: string; folder: string | undefined } {
  const [, inName, template = name] = /^(.*)[\\/]([^\\/]+)$/.exec(name) ?? [];
  if (inName === undefined) return { template, folder };
  if (/[{}]/.test(inName))
    throw invalidArgument('The folder in name has a token.', 'Use tokens in the file name only.');
  return { template, folder: folder === undefined || folder.trim() === '' ? inName : `${folder}/${inName}` };
}

function requirePaths(call: ToolCall): void {
  if (call.caller.can.serverPaths) return;
  throw new Problem('no_server_paths', 'This server writes no files for clients on other machines.', {
    next: 'Read the resource firefly://images/{id} instead: it holds the original bytes.',
  });
}

/** A file gets the ending of its content, whatever ending the name asks for; a difference is a warning. */
function endingWarnings(name: string | undefined, named: readonly { readonly file: { readonly ending: string } }[]) {
  const ending = endingIn(name ?? '');
  const asked = ending && `.${ending}`;
  const other = asked === undefined ? undefined : named.find(({ file }) => file.ending !== asked);
  return other === undefined
    ? []
    : [`The name ends in ${asked}, but the content is ${other.file.ending}, so it was saved with that ending.`];
}
