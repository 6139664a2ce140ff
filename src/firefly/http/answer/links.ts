import type { JobHandle } from '../../job-handle.ts';
import type { Service } from '../../families/origins.ts';

/** Addresses of an installation, which decide together with a service's own rule who may receive a token. */
export interface LinkPolicy {
  /** Origin of the Firefly API. */
  readonly apiOrigin: string;
  /** Further origins; ignored if the API is Adobe's own. */
  readonly trustedOrigins: ReadonlySet<string>;
}

/** A link that may receive a token. */
interface SafeLink {
  readonly url: URL;
  /** Host of the given link, if that was rejected and the URL was built from the id. */
  readonly rejectedHost: string | undefined;
}

/** The routes of a job. */
export type JobRoute = 'status' | 'cancel';

const ADOBE_HOST = /^firefly(-[a-z0-9-]+)?\.adobe\.io$/;
const VALID_ID = /^[A-Za-z0-9][A-Za-z0-9:._-]{0,199}$/;
const JOB_ID = '{jobId}';

/**
 * The origin of a service, if it may receive a token; else undefined. With another API URL than Adobe's, such as an
 * emulator, requests must not leave for a service of Adobe's, so its origin has to be trusted as well.
 */
export function originOf(service: Service, policy: LinkPolicy): string | undefined {
  const origin = service.origin ?? policy.apiOrigin;
  return origin === policy.apiOrigin || isAllowed(new URL(origin), service, policy) ? origin : undefined;
}

/**
 * The link as a URL, if it may receive a token; else undefined. With Adobe's own API that is a host of the service; with
 * another API URL, the origin of the service or a trusted one. A relative link is resolved against the service's origin.
 */
export function checkLink(link: string, service: Service, policy: LinkPolicy): URL | undefined {
  const origin = originOf(service, policy);
  if (origin === undefined || !URL.canParse(link, origin)) return undefined;
  const url = new URL(link, origin);
  return isAllowed(url, service, policy) ? url : undefined;
}

function isAllowed(url: URL, service: Service, { apiOrigin, trustedOrigins }: LinkPolicy): boolean {
  if (url.username !== '' || url.password !== '') return false;
  if (isAdobes(new URL(apiOrigin), ADOBE_HOST)) return isAdobes(url, service.hosts);
  return trustedOrigins.has(url.origin) || (service.origin === undefined && url.origin === apiOrigin);
}

/** Whether `url` is https on one of Adobe's hosts, with the default port (docs/adobe-api.md#links-and-hosts). */
function isAdobes(url: URL, hosts: RegExp): boolean {
  return url.protocol === 'https:' && url.port === '' && hosts.test(url.hostname);
}

/**
 * The ways to a job's route, in the order in which they are tried: the given link if it passes the check, and the URL
 * that is built from the job id on the origin of the service. Empty if there is neither.
 */
export function jobLinks(
  handle: JobHandle,
  route: JobRoute,
  service: Service,
  policy: LinkPolicy,
): readonly SafeLink[] {
  const path = service[route]?.path;
  const origin = originOf(service, policy);
  if (path === undefined || origin === undefined) return [];
  const given = route === 'status' ? handle.statusUrl : (handle.cancelUrl ?? cancelFromStatus(handle, service));
  const url = given === undefined ? undefined : checkLink(given, service, policy);
  const followed = url ? [{ url, rejectedHost: undefined }] : [];
  if (handle.jobId === undefined || !VALID_ID.test(handle.jobId)) return followed;
  const rebuilt = new URL(at(path, handle.jobId), origin);
  if (rebuilt.href === url?.href) return followed;
  const rejectedHost = given === undefined || url ? undefined : hostOf(given);
  return [...followed, { url: rebuilt, rejectedHost }];
}

/** The status link with the path of the cancel route, on the shard that has the job. */
function cancelFromStatus({ statusUrl }: JobHandle, { status, cancel }: Service): string | undefined {
  const [before = '', after = ''] = status.path.split(JOB_ID);
  const [head = '', tail = ''] = /^[^?#]*/.exec(statusUrl ?? '')?.[0].split(before, 2) ?? [];
  const id = after === '' ? tail : tail.endsWith(after) ? tail.slice(0, -after.length) : '';
  if (!statusUrl || !cancel || id === '' || id.includes('/')) return undefined;
  return head + at(cancel.path, id) + statusUrl.slice((head + before + id + after).length);
}

function at(path: string, jobId: string): string {
  return path.replace(JOB_ID, () => jobId);
}

function hostOf(link: string): string {
  return URL.canParse(link) ? new URL(link).host : '(unreadable)';
}
