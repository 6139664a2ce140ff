import type { ServerResponse } from 'node:http';
import { respond } from '../respond.ts';

// After a 401 many clients look for OAuth (RFC 9728, RFC 8414), and where they find none, they register all the same at
// the default place (RFC 7591). Their users then read what this server says there, instead of "registration failed".

const METADATA = /^(\/mcp)?\/\.well-known\/(oauth-|openid-configuration)/;
const ENDPOINTS = new Set(['/register', '/authorize', '/token']);

/** Answers requests of OAuth clients, in the words of OAuth; false for any other path. */
export function answerSignIn(path: string, response: ServerResponse): boolean {
  const isMetadata = METADATA.test(path);
  if (!isMetadata && !ENDPOINTS.has(path)) return false;
  respond(response, isMetadata ? 404 : 400, {
    error: 'invalid_request',
    error_description:
      'This server has no sign-in. Give the client the header "Authorization: Bearer TOKEN"; the token is the one that the server printed at its start and keeps in the file http-token of its FIREFLY_HOME.',
  });
  return true;
}
