import { cancel } from '../operations/cancel.ts';
import { customModels } from '../operations/custom-models.ts';
import { download } from '../operations/download.ts';
import { expandImages } from '../operations/paid/expand-images.ts';
import { fillImages } from '../operations/paid/fill-images.ts';
import { generateImagesV3 } from '../operations/paid/generate-images-v3.ts';
import { generateImagesV4 } from '../operations/paid/generate-images-v4.ts';
import { generateVideos } from '../operations/paid/generate-videos.ts';
import { asynchronous, synchronous } from '../operations/paid/image-job.ts';
import type { Operation } from '../operations/operation.ts';
import { objectComposite } from '../operations/paid/object-composite.ts';
import { adaptiveComposite, preciseComposite } from '../operations/paid/placed-composites.ts';
import { similarImages } from '../operations/paid/similar-images.ts';
import { status } from '../operations/status.ts';
import { token } from '../operations/token.ts';
import { upload } from '../operations/upload.ts';
import { upscaleImages } from '../operations/paid/upscale-images.ts';
import type { OriginName } from '../state/request-log.ts';

/** Operations that the emulator implements. */
export const OPERATIONS: readonly Operation[] = [
  token,
  upload,
  asynchronous(generateImagesV3),
  generateImagesV4,
  asynchronous(fillImages),
  asynchronous(expandImages),
  asynchronous(similarImages),
  upscaleImages,
  asynchronous(objectComposite),
  preciseComposite,
  adaptiveComposite,
  asynchronous(generateVideos),
  customModels,
  status,
  cancel,
  download,
];

/** Routes that Adobe's documents no longer have; served with `syncRoutes` only. */
const SYNC_OPERATIONS: readonly Operation[] = [
  synchronous(generateImagesV3),
  synchronous(fillImages),
  synchronous(expandImages),
];

/** The target of a request. */
export type Route =
  | { readonly kind: 'operation'; readonly operation: Operation; readonly parameter: string }
  | { readonly kind: 'wrong-method'; readonly operation: Operation }
  | { readonly kind: 'unknown' };

/** Method and path of a request, and the server that received it. */
interface RequestLine {
  readonly origin: OriginName;
  readonly method: string;
  readonly path: string;
}

/** Finds the operation for a request; `parameter` is the decoded path segment. */
export function routeOf({ origin, method, path }: RequestLine, { syncRoutes }: { syncRoutes: boolean }): Route {
  const operations = syncRoutes ? [...OPERATIONS, ...SYNC_OPERATIONS] : OPERATIONS;
  const here = operations
    .filter(({ origins }) => origins.includes(origin))
    .flatMap((operation) => {
      const parameter = matchPath(operation.path, path);
      return parameter === undefined ? [] : [{ kind: 'operation' as const, operation, parameter }];
    });
  const found = here.find(({ operation }) => operation.method === method);
  if (found) return found;
  const [other] = here;
  if (other) return { kind: 'wrong-method', operation: other.operation };
  return { kind: 'unknown' };
}

/** The decoded path segment in braces, empty for a template without braces, undefined without a match. */
function matchPath(template: string, path: string): string | undefined {
  const open = template.indexOf('{');
  if (open < 0) return template === path ? '' : undefined;
  const segment = path.startsWith(template.slice(0, open)) ? path.slice(open) : '';
  if (segment === '' || segment.includes('/')) return undefined;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
