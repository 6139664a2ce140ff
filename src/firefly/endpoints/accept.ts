import { isRecord } from '../../shared/json.ts';
import { parseRecord } from '../http/error-body.ts';
import type { HttpAnswer } from '../http/exchange.ts';
import type { JobHandle } from '../types.ts';

type Links = { -readonly [Key in keyof JobHandle]: JobHandle[Key] };

/**
 * Reads the job's handle from the answer to a submit, in any known shape: flat (`jobId`, `statusUrl`, `cancelUrl`);
 * `links.result.href` (HTTP 200 for Image 5, 202 for upscale), whose last path segment is the id; the `Link` header;
 * or truncated JSON. Undefined if there is neither an id nor a status link. Nothing is validated: the handle is stored
 * as received, and links are checked when they are followed.
 */
export function readHandle(answer: Pick<HttpAnswer, 'text' | 'headers'>): JobHandle | undefined {
  const json = parseRecord(answer.text);
  const found = merge(json ? fromJson(json) : fromFragment(answer.text), fromLinkHeader(answer.headers['link']));
  const jobId = found.jobId ?? idFromLink(found.statusUrl) ?? idFromLink(found.cancelUrl);
  if (jobId === undefined && found.statusUrl === undefined) return undefined;
  return { jobId, statusUrl: found.statusUrl, cancelUrl: found.cancelUrl };
}

function fromJson(json: Record<string, unknown>): JobHandle {
  const links = isRecord(json['links']) ? json['links'] : {};
  return {
    jobId: text(json['jobId']),
    statusUrl: text(json['statusUrl']) ?? href(links['result']) ?? href(links['status']),
    cancelUrl: text(json['cancelUrl']) ?? href(links['cancel']),
  };
}

/** Reads truncated JSON. Only values with a closing quote count: half an id is worse than none. */
function fromFragment(fragment: string): JobHandle {
  const value = (key: string) => jsonText(new RegExp(`"${key}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`).exec(fragment)?.[1]);
  const hrefIn = (key: string) =>
    jsonText(new RegExp(`"${key}"\\s*:\\s*\\{\\s*"href"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`).exec(fragment)?.[1]);
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
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function jsonText(quoted: string | undefined): string | undefined {
  try {
    return quoted === undefined ? undefined : text(JSON.parse(quoted));
  } catch {
    return undefined;
  }
}
