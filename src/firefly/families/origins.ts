import { defineFree, type FreeEndpoint } from '../endpoints/endpoint.ts';

/**
 * A service of Adobe's: its origin, and the rule for links of its jobs. A token goes to its origin and to links that
 * pass its rule, and nowhere else (docs/adobe-api.md#links-and-hosts).
 */
export interface Service {
  /** Undefined for the origin of `FIREFLY_API_URL`; otherwise an https origin of its own. */
  readonly origin: string | undefined;
  /** Hosts of links that may receive a token, while `FIREFLY_API_URL` is Adobe's own. */
  readonly hosts: RegExp;
  /** The status route, to which a job id leads where no link is usable. */
  readonly status: FreeEndpoint;
  /** The cancel route; without a link it follows from the status link or the job id. Undefined if jobs cannot be cancelled. */
  readonly cancel: FreeEndpoint | undefined;
}

/** An answer may hold its results in place of links: four large pictures in base64. */
const MOST_STATUS_BYTES = 96 * 1024 * 1024;

/** The Firefly API (OpenAPI `jobResultV3`, `cancelJobV4`). Its links lead to shards. */
export const FIREFLY_API: Service = {
  origin: undefined,
  hosts: /^firefly(-[a-z0-9-]+)?\.adobe\.io$/,
  status: defineFree({
    operation: 'jobResultV3',
    method: 'GET',
    path: '/v3/status/{jobId}',
    mostBytes: MOST_STATUS_BYTES,
  }),
  cancel: defineFree({ operation: 'cancelJobV4', method: 'PUT', path: '/v3/cancel/{jobId}' }),
};
