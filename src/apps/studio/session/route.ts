/** Where a person is in the studio. */
export type Route =
  | { readonly view: 'result' }
  | { readonly view: 'job'; readonly job: string }
  | { readonly view: 'picture'; readonly image: string }
  | { readonly view: 'paint'; readonly image: string; readonly mask?: string | undefined }
  | { readonly view: 'library' }
  | { readonly view: 'queue' }
  | { readonly view: 'new' };

const HANDLE = /^(img|job)_[0-9a-z]+$/;

/**
 * Reads the part of an address behind `#`: a view (`library`, `queue`, `new`), a handle (`img_…`, `job_…`), or a handle to
 * paint on (`paint/img_…`). What it does not know is undefined.
 */
export function parseRoute(hash: string): Route | undefined {
  const [first = '', second = '', third] = hash.replace(/^#\/?/, '').split('/');
  if (first === 'library' || first === 'queue' || first === 'new') return { view: first };
  if (first === 'paint' && second.startsWith('img_') && HANDLE.test(second)) {
    const mask = third?.startsWith('img_') === true && HANDLE.test(third) ? third : undefined;
    return { view: 'paint', image: second, mask };
  }
  if (!HANDLE.test(first)) return undefined;
  return first.startsWith('job_') ? { view: 'job', job: first } : { view: 'picture', image: first };
}

/** The part of an address behind `#` for a place, so that a reload comes back to it. */
export function hashOf(route: Route): string {
  if (route.view === 'job') return `#${route.job}`;
  if (route.view === 'picture') return `#${route.image}`;
  if (route.view === 'paint') return `#paint/${route.image}${route.mask === undefined ? '' : `/${route.mask}`}`;
  return route.view === 'result' ? '' : `#${route.view}`;
}
