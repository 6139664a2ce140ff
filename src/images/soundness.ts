import { loadSharp, OPEN_OPTIONS } from './sharp.ts';
import { undecodable } from './problems.ts';

/** Longer side of the pixels that are kept of a trial, so that it needs little memory. */
const TRIAL_SIDE = 64;

/** Whether a picture can be decoded to its end. `failOn` "warning" refuses what viewers show, too. */
export async function decodes(bytes: Uint8Array, failOn: 'error' | 'warning'): Promise<boolean> {
  const sharp = await loadSharp();
  const trial = sharp(bytes, { ...OPEN_OPTIONS, failOn }).resize(TRIAL_SIDE, TRIAL_SIDE, { fit: 'inside' });
  return trial
    .raw()
    .toBuffer()
    .then(
      () => true,
      () => false,
    );
}

/**
 * Whether a picture is as its format's standard says, and not only as viewers take it.
 * @throws Problem `undecodable_picture` where no viewer shows it
 */
export async function isByTheBook(bytes: Uint8Array): Promise<boolean> {
  if (await decodes(bytes, 'warning')) return true;
  if (await decodes(bytes, 'error')) return false;
  throw undecodable(undefined);
}
