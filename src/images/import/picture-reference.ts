import { Problem } from '../../shared/errors.ts';
import { MOST_DATA_URI_BYTES } from '../limits.ts';
import { parseReference } from '../library/reference.ts';
import { unquoted } from './path-spellings.ts';

/** A picture argument, parsed (docs/pictures-and-masks.md#naming-a-picture). */
export type PictureReference =
  /** A handle, `last`, a job's picture or a resource URI. */
  | { readonly kind: 'stored'; readonly text: string }
  /** A path or file URL as it was written. */
  | { readonly kind: 'file'; readonly path: string }
  /** Passed on to Adobe, never fetched here. */
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  /** Adobe's id of an upload; lower case. */
  | { readonly kind: 'upload'; readonly uploadId: string };

/** Domains that every operation of Adobe's reads pictures from (docs/adobe-api.md#where-adobe-reads-pictures-from). */
const ADOBE_READS_FROM = ['amazonaws.com', 'windows.net', 'dropboxusercontent.com', 'storage.googleapis.com'] as const;
/** Domains that some operations read besides: which ones is checked with the request. */
const SOME_READ_FROM = ['frontdoor.prod.azure.cxp.adobe.com', 'assets.frame.io', 'adobe.io'] as const;

/** Any version: Adobe's documents name version 4, its storage may give others. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Characters of a URL that Adobe takes (docs/adobe-api.md#operations). */
const LONGEST_URL = 2083;

/** Ways of naming a picture that are open to some callers only; problems advise the others against them. */
export interface OpenWays {
  readonly files: boolean;
  readonly uploadIds: boolean;
}

/**
 * Parses a picture argument. Nothing is opened or fetched.
 * @throws Problem `invalid_picture`, `url_not_allowed`, `picture_too_large`
 */
export function readPictureReference(text: string, ways: OpenWays): PictureReference {
  const written = text.trim();
  const trimmed = unquoted(written);
  if (trimmed === '') throw invalid('The picture argument is empty.', ways);
  if (parseReference(trimmed)) return { kind: 'stored', text: trimmed };
  // No handle has a dot or a slash; phones and cameras call files `img_0001.jpg`.
  if (/^(img|job|batch)_[^./\\]*$/.test(trimmed) || /^firefly:/i.test(trimmed))
    return { kind: 'stored', text: trimmed };
  if (UUID.test(trimmed)) return { kind: 'upload', uploadId: trimmed.toLowerCase() };
  if (/^data:/i.test(trimmed)) return { kind: 'data', bytes: dataOf(trimmed, ways) };
  if (isBareBase64(trimmed)) return { kind: 'data', bytes: dataOf(`data:;base64,${trimmed}`, ways) };
  if (/^file:/i.test(trimmed)) return { kind: 'file', path: written };
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(trimmed)) return { kind: 'url', url: checkedUrl(trimmed, ways) };
  return { kind: 'file', path: written };
}

/** How the base64 of a PNG, a JPEG and a WebP begins. */
const BARE = /^(?:iVBORw0KGgo|\/9j\/|UklGR)[A-Za-z0-9+/_=\s-]*$/;
/** Fewer characters are no picture, and may be a path. */
const LEAST_BARE = 80;

/** Whether a text is the base64 of a picture without `data:` before it, as models write it. */
export function isBareBase64(text: string): boolean {
  return text.length >= LEAST_BARE && BARE.test(text);
}

function dataOf(uri: string, ways: OpenWays): Uint8Array {
  const comma = uri.indexOf(',');
  const head = uri.slice(0, Math.max(0, comma));
  if (comma < 0 || !/;base64$/i.test(head)) throw invalid('A data URI has to be data:image/…;base64,….', ways);
  const body = uri
    .slice(comma + 1)
    .replace(/\s/g, '')
    .replace(/%(2B|2F|3D)/gi, (escape) => decodeURIComponent(escape));
  if (body.length * 0.75 > MOST_DATA_URI_BYTES) {
    throw new Problem('picture_too_large', 'A data URI may hold 5 MB.', {
      next: ways.files ? 'Save the picture to a file and give its path.' : 'Give an https URL, or scale it down.',
    });
  }
  if (!/^[A-Za-z0-9+/_-]+=*$/.test(body)) throw invalid('The data URI is not valid base64.', ways);
  return Buffer.from(body, 'base64');
}

function checkedUrl(text: string, ways: OpenWays): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || url.protocol !== 'https:' || url.username || url.password || text.length > LONGEST_URL) {
    throw urlNotAllowed('A picture URL has to be https, without user name, of at most 2083 characters.', ways);
  }
  const host = url.hostname.toLowerCase();
  if (![...ADOBE_READS_FROM, ...SOME_READ_FROM].some((domain) => host === domain || host.endsWith(`.${domain}`))) {
    throw urlNotAllowed('Adobe does not read pictures from this host.', ways);
  }
  return text;
}

function urlNotAllowed(message: string, { files }: OpenWays): Problem {
  const other = files ? 'save the picture to a file and give its path' : 'give a data URI';
  return new Problem('url_not_allowed', message, {
    next: `Use a URL on ${ADOBE_READS_FROM.join(', ')}, or ${other}.`,
  });
}

function invalid(message: string, { files, uploadIds }: OpenWays): Problem {
  const path = files ? ' a path,' : '';
  const rest = uploadIds ? 'an https URL, a data URI or an Adobe upload id' : 'an https URL or a data URI';
  return new Problem('invalid_picture', message, {
    next: `Give a handle (img_…), "last", job_…#2,${path} ${rest}.`,
  });
}
