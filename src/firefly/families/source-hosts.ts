/** Hosts that an operation reads pictures from, as suffixes (docs/adobe-api.md#where-adobe-reads-pictures-from). */
export type SourceHosts = readonly string[];

/** The v3 operations (OpenAPI `PublicBinaryInputV3.url`). */
export const HOSTS_V3: SourceHosts = [
  'amazonaws.com',
  'windows.net',
  'dropboxusercontent.com',
  'storage.googleapis.com',
];
/** Image 5, by Adobe's usage notes. */
export const HOSTS_V4: SourceHosts = [...HOSTS_V3, 'frontdoor.prod.azure.cxp.adobe.com'];
/** Precise and adaptive composites, by Adobe's usage notes. */
export const HOSTS_COMPOSITES: SourceHosts = [...HOSTS_V3, 'assets.frame.io', 'adobe.io'];

/** The hosts of URLs in a body, at any depth, that an operation does not read. */
export function unreadHosts(body: unknown, hosts: SourceHosts): readonly string[] {
  const found = [...urlsIn(body)].map((url) => new URL(url).hostname.toLowerCase());
  return [...new Set(found)].filter((host) => !hosts.some((read) => host === read || host.endsWith(`.${read}`)));
}

function* urlsIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'url' && typeof inner === 'string') yield inner;
    else yield* urlsIn(inner);
  }
}
