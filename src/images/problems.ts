import { errorCode, Problem } from '../shared/errors.ts';
import { MOST_HELD_BYTES, MOST_PIXELS, MOST_SIDE } from './limits.ts';
import { formatName, formatNames, MEDIA_TYPES, mediumOf, STILL_TYPES, type MediaType } from './media.ts';
import type { ImageKind } from './stored.ts';

/** A reference that names no picture of this principal. Unknown and foreign ones give equal problems. */
export function unknownImage(): Problem {
  return new Problem('unknown_image', 'There is no such picture.', {
    next: 'Name a picture as img_…, "last", job_…#2 or firefly://images/img_…; list_images shows those that exist.',
  });
}

/** `last` without any picture of the kind. */
export function noImageYet(place: 'conversation' | 'history', kind: ImageKind): Problem {
  const where = place === 'conversation' ? 'in this conversation' : 'yet';
  if (kind === 'mask') {
    return new Problem('unknown_image', `"last" names no mask: none was drawn ${where}.`, {
      next: 'Draw one with make_mask, or name an earlier one; list_images with kind "mask" shows those that exist.',
    });
  }
  return new Problem('unknown_image', `"last" names nothing: no picture was made ${where}.`, {
    next: 'Make one with generate_image, or name an earlier one; list_images shows those that exist.',
  });
}

/** A job's id in place of a picture, where the job made several. */
export function ambiguousImage(job: string, count: number): Problem {
  return new Problem('ambiguous_image', `That job made ${count} pictures.`, {
    next: `Name one of them: ${job}#1 to ${job}#${count}.`,
  });
}

/** A URL or upload id, of which nothing is known here, where pixels or their number are needed. */
export function pictureNotLocal(what: string, next: string): Problem {
  return new Problem('picture_not_local', what, { next });
}

/** A video, or what is kept unread, where a picture is needed that does not move. */
export function stillWanted(handle = 'That', type?: MediaType): Problem {
  const isUnread = type !== undefined && mediumOf(type).kind === 'unread';
  const what = isUnread ? `a file that is not read here (${formatName(type)})` : 'a video';
  return new Problem('still_wanted', `${handle} is ${what}, and this needs a still picture.`, {
    next: `Give a ${formatNames(STILL_TYPES, 'or')}; list_images shows what each is. save_image saves ${isUnread ? 'it as it came' : 'a video'}.`,
  });
}

/** A record without its file. */
export function imageMissing(cause?: unknown): Problem {
  return new Problem('image_missing', 'The file of this picture is gone from the disk.', {
    next: 'Restore the pictures folder from a backup, or make the picture again.',
    cause,
  });
}

/** A record whose file has another hash. */
export function imageDamaged(): Problem {
  return new Problem('image_damaged', 'The file of this picture was changed or damaged after it was stored.', {
    next: 'Check the disk and restore the pictures folder from a backup, or make the picture again.',
  });
}

/** Bytes from Adobe that are no whole file of a type that is stored. */
export function notAPicture(reason: string): Problem {
  return new Problem('not_a_picture', `This is not a picture that can be kept: ${reason}.`, {
    actor: 'wait',
    next: `${formatNames(MEDIA_TYPES, 'and')} are kept, when they are whole. Fetching it again may help.`,
  });
}

/** Bytes from the caller that are no whole picture. @param mend how a picture is had from them, as a sentence */
export function notAUsablePicture(reason: string, mend?: string): Problem {
  const wanted = `Give a whole ${formatNames(STILL_TYPES, 'or')}`;
  return new Problem('not_a_picture', `This is not a picture that can be used: ${reason}.`, {
    next: mend === undefined ? `${wanted}; other formats have to be converted first.` : `${mend} ${wanted}.`,
  });
}

/**
 * Refuses a picture of more pixels than are decoded, in one wording for every tool. Its header's claim is what counts: some
 * bytes can claim any number of pixels, and memory is taken for the claim.
 * @throws Problem `picture_too_large`
 */
export function requirePixels(picture: Claimed): void {
  requireWithin(picture, `The picture has ${picture.width}x${picture.height} pixels`);
}

/** Pixels and format, by a header or a plan. */
export interface Claimed {
  readonly width: number;
  readonly height: number;
  /** Every format where it is undefined. */
  readonly mimeType?: MediaType | undefined;
  /** Bytes for each pixel that are held at once to decode it, beside some rows. */
  readonly heldBytes?: number | undefined;
}

/**
 * As `requirePixels`, of a picture that is or would be made.
 * @param what a sentence without its full stop
 * @throws Problem `picture_too_large`
 */
export function requireWithin({ width, height, mimeType, heldBytes = 0 }: Claimed, what: string): void {
  const pixels = width * height;
  if (pixels > MOST_PIXELS) throw pictureTooLarge(`${what}; ${millions(MOST_PIXELS)} are the limit.`);
  if (Math.max(width, height) > MOST_SIDE) throw pictureTooLarge(`${what}; ${MOST_SIDE} a side are the limit.`);
  if (mimeType === undefined) return;
  const { mostPixels } = mediumOf(mimeType);
  const mostHeld = 1e6 * Math.floor(MOST_HELD_BYTES / heldBytes / 1e6);
  if (pixels <= Math.min(mostPixels, mostHeld)) return;
  const isOfType = pixels > mostPixels;
  const kind = isOfType ? formatName(mimeType) : `a ${formatName(mimeType)} that is ${HELD[mimeType]}`;
  const larger = isOfType ? formatNames(STILL_TYPES.filter(takesAll), 'or') : `${formatName(mimeType)} that is not`;
  throw pictureTooLarge(
    `${what}; ${millions(Math.min(mostPixels, mostHeld))} are the limit of ${kind}.`,
    `Save it as ${larger}, of which up to ${millions(MOST_PIXELS)} pixels are taken, or use a smaller picture; the stored original is untouched.`,
  );
}

/** What makes a decoder hold all of a picture, by its format. */
const HELD: Readonly<Partial<Record<MediaType, string>>> = {
  'image/jpeg': 'progressive or turned by EXIF',
  'image/png': 'interlaced or turned by EXIF',
};

function takesAll(type: MediaType): boolean {
  return mediumOf(type).mostPixels === MOST_PIXELS;
}

function millions(pixels: number): string {
  return `${pixels / 1e6} million`;
}

/** A picture of more pixels or bytes than are decoded or stored. */
export function pictureTooLarge(
  message: string,
  next = 'Use a smaller picture; the stored original is untouched.',
): Problem {
  return new Problem('picture_too_large', message, { next });
}

/** A picture that no scaling brings within the limits of the operation, since its sides differ too much. */
export function pictureOutOfLimits({ width, height }: { readonly width: number; readonly height: number }): Problem {
  return new Problem('picture_ratio', `A picture of ${width}x${height} pixels is too long and narrow for this.`, {
    next: 'Crop it, or use another picture.',
  });
}

/** A picture that the decoder refuses, though its structure is whole. */
export function undecodable(cause: unknown): Problem {
  return new Problem('undecodable_picture', 'This picture is damaged inside and cannot be shown.', {
    next: 'Open it in an image editor and save it as PNG or JPEG; the original is untouched.',
    cause,
  });
}

/**
 * A failed file operation as a problem. Problems and errors that did not come from the file system pass unchanged.
 * @param place the folder in words, such as "the output folder"
 * @param places the paths in those words, which callers elsewhere do not see
 */
export function fileProblem(error: unknown, place: string, places: readonly string[] = []): unknown {
  if (error instanceof Problem) return error;
  const code = errorCode(error);
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new Problem('disk_full', `The disk that holds ${place} is full; nothing was kept half-written.`, {
        next: 'Free some space, then call again.',
        places,
        cause: error,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new Problem('folder_unwritable', `There is no right to write to ${place}.`, {
        next: 'Give the user who runs this program the right to write there, or configure another folder.',
        places,
        cause: error,
      });
    case 'EEXIST':
    case 'ENOTDIR':
      return new Problem('folder_unusable', `A file is in the way of ${place}.`, {
        next: 'Move that file away, or configure another folder.',
        places,
        cause: error,
      });
    case 'EIO':
    case 'EMFILE':
    case 'ENFILE':
    case 'ENAMETOOLONG':
    case 'ENOENT':
      return new Problem('disk_failed', `The disk refused to work on ${place} (${code}).`, {
        next: 'Check the disk and the folder, then call again.',
        places,
        cause: error,
      });
    default:
      return error;
  }
}
