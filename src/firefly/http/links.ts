import type { JobHandle } from '../types.ts';

/** Where a token may go. */
export interface LinkPolicy {
  /** Origin of the API that requests are submitted to. */
  readonly apiOrigin: string;
  /** Further origins; they count only where the API is not Adobe's own. */
  readonly trustedOrigins: ReadonlySet<string>;
}

/** A link that a token may be sent to, and whether it had to be rebuilt from the id. */
export interface SafeLink {
  readonly url: URL;
  /** Host of the link that was given and not followed. */
  readonly distrusted: string | undefined;
}

/** What is asked of a job. */
export type JobRoute = 'status' | 'cancel';

const ADOBE_HOST = /^firefly(-[a-z0-9-]+)?\.adobe\.io$/;
const SANE_ID = /^[A-Za-z0-9][A-Za-z0-9:._-]{0,199}$/;

/** Whether `url` is an https address of Adobe's Firefly hosts: default port, no userinfo (DESIGN §3 "Links"). */
function isAdobeLink(url: URL): boolean {
  return (
    url.protocol === 'https:' &&
    url.port === '' &&
    url.username === '' &&
    url.password === '' &&
    ADOBE_HOST.test(url.hostname)
  );
}

/**
 * The given link as a URL, if a token may be sent there: with Adobe's own API, Adobe's Firefly hosts only; with any
 * other API URL, its origin and the trusted ones only. A relative link belongs to the API's origin.
 */
export function checkLink(link: string, policy: LinkPolicy): URL | undefined {
  const url = URL.canParse(link, policy.apiOrigin) ? new URL(link, policy.apiOrigin) : undefined;
  if (!url || url.username !== '' || url.password !== '') return undefined;
  if (isAdobeLink(new URL(policy.apiOrigin))) return isAdobeLink(url) ? url : undefined;
  return url.origin === policy.apiOrigin || policy.trustedOrigins.has(url.origin) ? url : undefined;
}

/**
 * Where to ask about a job: the link as it was given after the host check, else a link made from the id on the API's
 * own origin. Undefined when there is neither.
 */
export function jobLink(handle: JobHandle, route: JobRoute, policy: LinkPolicy): SafeLink | undefined {
  const given = route === 'status' ? handle.statusUrl : (handle.cancelUrl ?? cancelFromStatus(handle.statusUrl));
  const url = given === undefined ? undefined : checkLink(given, policy);
  if (url) return { url, distrusted: undefined };
  if (handle.jobId === undefined || !SANE_ID.test(handle.jobId)) return undefined;
  const rebuilt = new URL(`/v3/${route}/${handle.jobId}`, policy.apiOrigin);
  return { url: rebuilt, distrusted: given === undefined ? undefined : hostOf(given) };
}

/** Adobe's two job routes differ in one word (OpenAPI `/v3/status/{jobId}`, `/v3/cancel/{jobId}`). */
function cancelFromStatus(statusUrl: string | undefined): string | undefined {
  return statusUrl?.includes('/v3/status/') ? statusUrl.replace('/v3/status/', '/v3/cancel/') : undefined;
}

function hostOf(link: string): string {
  return URL.canParse(link) ? new URL(link).host : '(unreadable)';
}
