import type { z } from 'zod';
import { isRecord, parseJson } from '../../shared/text/json.ts';
import { AcceptFlat, AcceptLinks, AcceptRunning } from '../contract/accept.ts';
import type { HttpAnswer } from '../http/exchange.ts';
import type { JobHandle } from '../job-handle.ts';
import { recordIn } from '../http/answer/lenient-json.ts';
import { foundHandle } from './found-handle.ts';

/** How the answer to an accepted submit names its job. */
export interface AcceptFamily {
  /** HTTP statuses with which Adobe accepts. Any other 2xx with a handle is logged, and accepted as well. */
  readonly statuses: readonly number[];
  /** Documented shape of the answer. Another shape is logged, and read as well. */
  readonly body: z.ZodType;
  /** Reads the handle where the family has it. */
  readonly read: (body: Record<string, unknown>) => JobHandle;
}

/** `jobId`, `statusUrl`, `cancelUrl`, with HTTP 202: v3 image operations and video. */
export const ACCEPT_FLAT: AcceptFamily = { statuses: [202], body: AcceptFlat, read: readFlat };

/** As `ACCEPT_FLAT`, with a `status` and without any field that is promised: precise and adaptive composites. */
export const ACCEPT_RUNNING: AcceptFamily = { statuses: [202], body: AcceptRunning, read: readFlat };

/** `links.result` and `links.cancel`: Image 5 (HTTP 200) and upscale (HTTP 202). */
export function acceptLinks(status: number): AcceptFamily {
  return { statuses: [status], body: AcceptLinks, read: readLinks };
}

type Links = { -readonly [Key in keyof JobHandle]: JobHandle[Key] };

/**
 * Reads the job's handle from the answer to a submit: as its family says, else in any other known shape; anywhere in its
 * JSON (`found-handle.ts`); from the `Link` or `Location` header; or from truncated JSON. Without an id, the last path
 * segment of a link is one. Undefined if there is neither an id nor a status link. Nothing is validated: the handle is
 * stored as received, without blanks around it, and links are checked when they are followed.
 */
export function readHandle(answer: Pick<HttpAnswer, 'text' | 'headers'>, family: AcceptFamily): JobHandle | undefined {
  const json = parsedTwice(answer.text);
  const known = isRecord(json) ? [readBy(family, json), readFlat(json), readLinks(json)] : [];
  const inBody = json === undefined ? [fromFragment(answer.text)] : [...known, foundHandle(json)];
  const inHeaders = [fromLinkHeader(answer.headers['link']), fromLocation(answer.headers)];
  const found = [...inBody, ...inHeaders].reduce(merge);
  const jobId = found.jobId ?? idFromLink(found.statusUrl) ?? idFromLink(found.cancelUrl);
  if (jobId === undefined && found.statusUrl === undefined) return undefined;
  return { jobId, statusUrl: found.statusUrl, cancelUrl: found.cancelUrl };
}

/** A JSON value, also as the text of a JSON string, as a gateway sends what it has serialised itself, or within a text. */
function parsedTwice(text: string): unknown {
  const value = parseJson(text);
  return typeof value === 'string' ? parseJson(value) : (value ?? recordIn(text));
}

/** The handle of a paid job is not lost to a reader that does not expect this answer. */
function readBy(family: AcceptFamily, body: Record<string, unknown>): JobHandle {
  try {
    return family.read(body);
  } catch {
    return NOTHING;
  }
}

const NOTHING: JobHandle = { jobId: undefined, statusUrl: undefined, cancelUrl: undefined };

function readFlat(body: Record<string, unknown>): JobHandle {
  return { jobId: idIn(body['jobId']), statusUrl: text(body['statusUrl']), cancelUrl: text(body['cancelUrl']) };
}

function readLinks(body: Record<string, unknown>): JobHandle {
  const links = isRecord(body['links']) ? body['links'] : {};
  return {
    jobId: undefined,
    statusUrl: href(links['result']) ?? href(links['status']),
    cancelUrl: href(links['cancel']),
  };
}

/** A string of JSON; longer than any link, and not long enough to exhaust the stack of a regular expression. */
const STRING = '("(?:[^"\\\\]|\\\\.){0,8000}")';

/** Reads truncated JSON. Only values with a closing quote count: half an id is worse than none. */
function fromFragment(fragment: string): JobHandle {
  const value = (key: string) => jsonText(new RegExp(`"${key}"\\s*:\\s*${STRING}`).exec(fragment)?.[1]);
  const hrefIn = (key: string) =>
    jsonText(new RegExp(`"${key}"\\s*:\\s*\\{\\s*"href"\\s*:\\s*${STRING}`).exec(fragment)?.[1]);
  return {
    jobId: value('jobId'),
    statusUrl: value('statusUrl') ?? hrefIn('result'),
    cancelUrl: value('cancelUrl') ?? hrefIn('cancel'),
  };
}

/** A URL that names a job. Other links, such as `rel="self"` or a help page, are no handle. */
const JOB_IN_PATH = /urn:|\/jobs?\//i;

/**
 * Reads the `Link` header of RFC 8288. Adobe's document promises status and cancel links in it without naming the
 * relations, so the URL decides as well.
 */
function fromLinkHeader(header: string | string[] | undefined): JobHandle {
  const links: Links = { jobId: undefined, statusUrl: undefined, cancelUrl: undefined };
  const value = Array.isArray(header) ? header.join(',') : (header ?? '');
  for (const [, target = '', parameters = ''] of value.matchAll(/<([^<>]*)>([^<]*)/g)) {
    const kind = `${parameters} ${target}`;
    if (/cancel/i.test(kind)) links.cancelUrl ??= text(target);
    else if (/status|result|monitor/i.test(kind) || JOB_IN_PATH.test(target)) links.statusUrl ??= text(target);
  }
  return links;
}

/** Headers that may name what shows the progress of a 202 (RFC 9110 section 15.3.3); the second one is that of Azure's gateways. */
const LOCATIONS = ['location', 'operation-location'];

function fromLocation(headers: HttpAnswer['headers']): JobHandle {
  const given = LOCATIONS.map((name) => headers[name])
    .flat()
    .find((link) => link !== undefined && (/status|result/i.test(link) || JOB_IN_PATH.test(link)));
  return { ...NOTHING, statusUrl: text(given) };
}

function merge(first: JobHandle, second: JobHandle): JobHandle {
  return {
    jobId: first.jobId ?? second.jobId,
    statusUrl: first.statusUrl ?? second.statusUrl,
    cancelUrl: first.cancelUrl ?? second.cancelUrl,
  };
}

/** The last path segment, decoded: `…/v3/status/urn:ff:jobs:epo854211:<uuid>`. */
function idFromLink(link: string | undefined): string | undefined {
  const segment = link
    ?.replace(/[?#].*$/s, '')
    .replace(/\/$/, '')
    .split('/')
    .at(-1);
  try {
    return segment ? decodeURIComponent(segment) : undefined;
  } catch {
    return undefined;
  }
}

function href(value: unknown): string | undefined {
  return isRecord(value) ? text(value['href']) : text(value);
}

function text(value: unknown): string | undefined {
  return (typeof value === 'string' && value.trim()) || undefined;
}

/** Longer texts are no id. */
const LONGEST_ID = 500;

/** Some serialisers write an id of digits as a number. */
function idIn(value: unknown): string | undefined {
  const id = text(Number.isSafeInteger(value) ? String(value) : value);
  return id !== undefined && id.length <= LONGEST_ID ? id : undefined;
}

function jsonText(quoted: string | undefined): string | undefined {
  try {
    return quoted === undefined ? undefined : text(JSON.parse(quoted));
  } catch {
    return undefined;
  }
}
