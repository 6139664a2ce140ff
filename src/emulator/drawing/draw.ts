import type { PictureSpec } from './picture.ts';

/** Draws and encodes a picture; equal specs give equal bytes. Rejects with `PictureGone` where its source is gone. */
export type Draw = (spec: PictureSpec) => Promise<Uint8Array>;

/** The drawing of the emulator: a scene for the prompt, with a mark. What draws is loaded on first use. */
export const draw: Draw = async (spec) => {
  if (spec.clip) {
    const { readClip } = await import('./clip.ts');
    return readClip(spec);
  }
  if (spec.composite) {
    const { drawComposite } = await import('./edits/composite.ts');
    return drawComposite(spec, spec.composite);
  }
  if (spec.edit) {
    const { drawEdit } = await import('./edits/edit.ts');
    return drawEdit(spec, spec.edit);
  }
  if (spec.rework) {
    const { drawRework } = await import('./edits/rework.ts');
    return drawRework(spec, spec.rework);
  }
  const { drawPicture } = await import('./encode.ts');
  return drawPicture(spec);
};
