import type { Caller, Rights } from '../../shared/caller.ts';
import { Problem, type ProblemDetails } from '../../shared/errors.ts';

/** A path names a file, so both rights are needed. */
export function mayNameFiles({ serverPaths, localFiles }: Rights): boolean {
  return serverPaths && localFiles;
}

/** A path that a caller on another machine gives, whatever the path names. */
export function filesRefused(details: Pick<ProblemDetails, 'next'>): Problem {
  return new Problem('outside_roots', 'Files of the server cannot be named over this connection.', details);
}

/** How a caller on another machine gives a picture: by two fresh addresses where the caller may bring in pictures. */
export function waysWithoutFiles({ can, addresses }: Caller): Pick<ProblemDetails, 'next'> {
  const others = 'Or give a handle, an https URL or a data URI.';
  if (addresses === undefined || !can.scopes.has('generate')) return { next: others.replace('Or give', 'Give') };
  const { page, put } = addresses.upload();
  const how = `a person opens ${page} and picks the file, or a script runs "curl -T FILE ${put}"`;
  return { next: `Upload the picture: ${how}. Both show its handle (img_…) to give here. ${others}` };
}

/** An upload id that is not in the principal's own cache: of another principal, lapsed, or never given. */
export function unknownUpload(): Problem {
  return new Problem('invalid_picture', 'There is no upload of yours with this id.', {
    next: 'Give the picture itself: a handle, an https URL or a data URI.',
  });
}
