import { z } from 'zod';
import { endingIn } from '../../images/media.ts';
import type { ImageRecord } from '../../images/types.ts';
import { renderSaved, type SavedFile } from '../../render/pictures/saved.ts';
import { SavedResult } from '../../render/library-schemas.ts';
import { Problem, toProblemRecord } from '../../shared/errors.ts';
import { defineTool, type ToolCall } from '../definition/define.ts';
import { imageField } from '../arguments/fields.ts';
import { copyOf, planFile } from '../../images/conversion/save-copy.ts';
import { softness } from '../../images/conversion/softness.ts';
import { unquoted } from '../../images/import/path-spellings.ts';
import { requireEnding } from '../../images/files/name-ending.ts';
import { placeOf, USUAL_FOLDER } from '../../images/files/save-place.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';

/** Copies originals into the output folder. */
export const saveImage = defineTool({
  name: 'save_image',
  title: 'Save image',
  toolset: 'library',
  description:
    'Saves images as files (export, convert, resize, crop): copies originals, byte for byte, into the output folder and returns their absolute paths. Another ending, size or crop makes a converted copy, and the answer says what it lost. Never overwrites: -2, -3 … is added. Costs nothing.',
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
        'Name ("assets/hero.png"; .jpg, .png, .webp converts); tokens {prompt} {seed} {id} {job} {n} {date} {width} {height} {model}. Default {prompt}-{seed}.',
      ),
    folder: z.string().max(400).optional().describe('In the output folder; default that of name, else "firefly".'),
    size: z
      .string()
      .max(20)
      .optional()
      .describe('In pixels: "1000x1000", "1200x". Cut to that shape, never stretched.'),
    crop: z
      .string()
      .max(60)
      .optional()
      .describe('What stays: center (default), left, right, top, bottom; or a box "x,y,width,height", px or %.'),
  }),
  output: SavedResult,
  async handler({ image, images, name, folder, size, crop }, call) {
    requirePaths(call);
    if (image !== undefined && images !== undefined) {
      throw invalidArgument('image and images are both given.', 'Give only one of the two.');
    }
    const services = await call.services();
    const pictures: ImageRecord[] = [];
    for (const reference of images ?? [image ?? 'last']) {
      pictures.push(await services.images.resolve(reference, call.caller));
    }
    const { DEFAULT_TEMPLATE, placeInList } = await import('../../images/files/name-template.ts');
    const { writeNew } = await import('../../images/files/atomic-write.ts');
    const { inSubfolder } = await import('../../images/files/output-folder.ts');
    const { sweepPartials } = await import('../../images/files/partial-files.ts');
    const wanted = name === undefined ? DEFAULT_TEMPLATE : unquoted(name);
    requireEnding(name === undefined ? '' : wanted);
    const place = placeOf(wanted, folder);
    // All of them are planned before the first is written.
    const planned = pictures.map((picture, index) => ({
      picture,
      // In a list {n} counts its pictures; a single one has its number in its job.
      ...planFile(
        images === undefined ? picture : { ...picture, index: index + 1 },
        { name, size, crop },
        images === undefined ? place.template : place.template.replaceAll('{n}', placeInList(index + 1, images.length)),
      ),
    }));
    const saved: SavedFile[] = [];
    let problem: unknown;
    await inSubfolder(call.settings.outputFolder, place.folder ?? USUAL_FOLDER, async (target) => {
      for (const { picture, plan, file } of planned) {
        try {
          const copy = await copyOf(picture, plan, services.images);
          const path = await writeNew(target, file, copy.pieces(), call.random);
          saved.push({ image: picture, path, ...copy.facts });
          await services.images.noteSaved(picture.id, path);
        } catch (error) {
          // The answer has to name the files that were written before the problem.
          problem = error;
          break;
        }
      }
      await sweepPartials(target, call.clock);
    });
    if (problem !== undefined && saved.length === 0) throw problem;
    return renderSaved({
      saved,
      problem: problem === undefined ? undefined : toProblemRecord(problem),
      warnings: [...endingWarnings(name, planned), ...new Set(planned.flatMap(({ plan }) => softness(plan)))],
      demo: call.settings.demo,
    });
  },
});

function requirePaths(call: ToolCall): void {
  if (call.caller.can.serverPaths) return;
  throw new Problem('no_server_paths', 'This server writes no files for clients on other machines.', {
    next: `Read the resource firefly://images/{id} instead: it holds the original bytes.${
      call.caller.addresses ? ' For a browser there is a link in the answer of show_images.' : ''
    }`,
  });
}

/** A video is not converted, and nothing becomes one; the file has the ending of its content. */
function endingWarnings(name: string | undefined, named: readonly { readonly file: { readonly ending: string } }[]) {
  const ending = endingIn(name ?? '');
  const asked = ending && `.${ending}`;
  const other = asked === undefined ? undefined : named.find(({ file }) => endingIn(file.ending) !== ending);
  return other === undefined
    ? []
    : [`The name ends in ${asked}, but the content is ${other.file.ending}, so it was saved with that ending.`];
}
