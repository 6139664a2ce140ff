import { z } from 'zod';

/** Answer of IMS to a client credentials request. `expires_in` is in seconds; older flows sent milliseconds. */
export const TokenResponse = z.looseObject({
  access_token: z.string().min(1),
  token_type: z.string().optional(),
  expires_in: z.coerce.number(),
  scope: z.string().nullish(),
});
export type TokenResponse = z.infer<typeof TokenResponse>;

/** Error of IMS. The description may echo the request, so it must never be logged unredacted. */
export const TokenError = z.looseObject({
  error: z.string(),
  error_description: z.string().optional(),
});
