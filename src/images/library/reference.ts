import { isId } from '../../shared/ids.ts';
import { unquoted } from '../import/path-spellings.ts';

/** A reference to a stored picture, parsed. */
export type Reference =
  | { readonly kind: 'image'; readonly id: string }
  /** `index` from 1: one of the pictures that were made together with the last picture; undefined for the last picture itself. */
  | { readonly kind: 'last'; readonly index?: number }
  /** `index` from 1; undefined for the only picture of a job. */
  | { readonly kind: 'job'; readonly job: string; readonly index: number | undefined }
  /** The picture of the item at this place, from 1. */
  | { readonly kind: 'item'; readonly batch: string; readonly place: number };

const SCHEME = 'firefly://images/';

/** `last`, as people and models also say it, and one of the pictures of the last job: `last#2`, `#2`. */
const LAST = /^(?:last|latest|newest)(?:[ _](?:image|picture|photo|one|result))?$|^(?:last)?#([1-9]\d{0,3})$/i;

/** Parses `img_…`, `last`, `last#2`, `job_…`, `job_…#2`, `batch_…#3` and `firefly://images/img_…`; undefined for anything else. Quotes around it do not count. */
export function parseReference(text: string): Reference | undefined {
  const trimmed = unquoted(text);
  const last = LAST.exec(trimmed.replace(/^firefly:\/\/images\//i, ''));
  if (last !== null) return last[1] === undefined ? { kind: 'last' } : { kind: 'last', index: Number(last[1]) };
  if (trimmed.startsWith(SCHEME)) return imageReference(trimmed.slice(SCHEME.length).replace(/\/preview$/, ''));
  if (trimmed.startsWith('batch_')) return itemReference(trimmed);
  return trimmed.startsWith('job_') ? jobReference(trimmed) : imageReference(trimmed);
}

function imageReference(id: string): Reference | undefined {
  return isId('img', id) ? { kind: 'image', id } : undefined;
}

function itemReference(text: string): Reference | undefined {
  const [batch = '', place = ''] = text.split('#', 2);
  return isId('batch', batch) && /^[1-9]\d{0,4}$/.test(place)
    ? { kind: 'item', batch, place: Number(place) }
    : undefined;
}

function jobReference(text: string): Reference | undefined {
  const hash = text.indexOf('#');
  const job = hash < 0 ? text : text.slice(0, hash);
  const place = hash < 0 ? undefined : text.slice(hash + 1);
  if (!isId('job', job)) return undefined;
  if (place === undefined) return { kind: 'job', job, index: undefined };
  return /^[1-9]\d{0,3}$/.test(place) ? { kind: 'job', job, index: Number(place) } : undefined;
}
