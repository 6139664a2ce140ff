import { z } from 'zod';

/**
 * Answer of IMS to a client credentials request. `expires_in` is in seconds; older flows sent milliseconds. RFC 6749
 * section 5.1 recommends it and does not require it. Section A.12: a token has visible ASCII characters.
 */
export const TokenResponse = z.looseObject({
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  token_type: z.string().optional(),
  expires_in: z.coerce.number().optional(),
  scope: z.string().nullish(),
});
export type TokenResponse = z.infer<typeof TokenResponse>;

/** Error of IMS. The description may echo the request, so it must never be logged unredacted. */
export const TokenError = z.looseObject({
  error: z.string(),
  error_description: z.string().optional(),
});
