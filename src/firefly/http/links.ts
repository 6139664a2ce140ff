import type { JobHandle } from '../types.ts';

/** Origins that may receive a token. */
export interface LinkPolicy {
  /** Origin of the API that requests are submitted to. */
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

/** Whether `url` is https on a Firefly host of Adobe's: default port, no userinfo (docs/adobe-api.md#links-and-hosts). */
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
 * The link as a URL, if it may receive a token; else undefined. With Adobe's own API that is a Firefly host of Adobe's;
 * with another API URL, its origin or a trusted one. A relative link is resolved against the API's origin.
 */
export function checkLink(link: string, policy: LinkPolicy): URL | undefined {
  const url = URL.canParse(link, policy.apiOrigin) ? new URL(link, policy.apiOrigin) : undefined;
  if (!url || url.username !== '' || url.password !== '') return undefined;
  if (isAdobeLink(new URL(policy.apiOrigin))) return isAdobeLink(url) ? url : undefined;
  return url.origin === policy.apiOrigin || policy.trustedOrigins.has(url.origin) ? url : undefined;
}

/**
 * URL of a job's route: the given link if it passes the host check, else a URL built from the job id on the API's own
 * origin. Undefined if there is neither.
 */
export function jobLink(handle: JobHandle, route: JobRoute, policy: LinkPolicy): SafeLink | undefined {
  const given = route === 'status' ? handle.statusUrl : (handle.cancelUrl ?? cancelFromStatus(handle.statusUrl));
  const url = given === undefined ? undefined : checkLink(given, policy);
  if (url) return { url, rejectedHost: undefined };
  if (handle.jobId === undefined || !VALID_ID.test(handle.jobId)) return undefined;
  const rebuilt = new URL(`/v3/${route}/${handle.jobId}`, policy.apiOrigin);
  return { url: rebuilt, rejectedHost: given === undefined ? undefined : hostOf(given) };
}

/** Adobe's two job routes differ in one word (OpenAPI `/v3/status/{jobId}`, `/v3/cancel/{jobId}`). */
function cancelFromStatus(statusUrl: string | undefined): string | undefined {
  return statusUrl?.includes('/v3/status/') ? statusUrl.replace('/v3/status/', '/v3/cancel/') : undefined;
}

function hostOf(link: string): string {
  return URL.canParse(link) ? new URL(link).host : '(unreadable)';
}
