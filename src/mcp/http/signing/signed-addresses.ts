import type { SignedAddresses } from '../../../shared/caller.ts';
import type { Signer } from './signer.ts';

/** Least time for which a link to a picture is good. Links that are made within this span are equal, so that browsers cache. */
const PICTURE_STEP_MS = 15 * 60_000;
const PICTURE_MS = 60 * 60_000;
/** Time for which pictures may be uploaded to an address. */
const UPLOAD_MS = 15 * 60_000;

/**
 * The addresses that a principal is given. They name `origin`, and never what a Host header says.
 * @param origin of this server as people see it, without a slash at its end
 */
export function signedAddresses(
  principal: string,
  { origin, signer, now }: { readonly origin: string; readonly signer: Signer; readonly now: () => number },
): SignedAddresses {
  return {
    picture: (id, ending) => {
      const expiresAt = Math.ceil(now() / PICTURE_STEP_MS) * PICTURE_STEP_MS + PICTURE_MS;
      return `${origin}/images/${signer.sign('picture', id, expiresAt)}/${id}.${ending}`;
    },
    upload: () => {
      const token = signer.sign('upload', Buffer.from(principal).toString('base64url'), now() + UPLOAD_MS);
      return { page: `${origin}/upload/${token}`, put: `${origin}/uploads/${token}` };
    },
    studio: (place) => `${origin}/studio#${place}`,
  };
}

/** The principal that an upload token was made for. */
export function principalOf(subject: string): string {
  return Buffer.from(subject, 'base64url').toString();
}
