import { respond } from '../respond.ts';
import type { Route } from './route.ts';

// After a 401 many clients look for OAuth (RFC 9728, RFC 8414), and where they find none, they register all the same at
// the default place (RFC 7591). Their users then read what this server says there, instead of "registration failed".

/** Answers OAuth clients in the words of OAuth. */
export const signIn: Route = {
  name: 'no sign-in',
  path: /^((?:\/mcp)?\/\.well-known\/(?:oauth-|openid-configuration).*)$|^\/(?:register|authorize|token)$/,
  methods: ['GET', 'HEAD', 'POST'],
  access: 'open',
  answer: ({ response, parts: [metadata] }) =>
    respond(response, metadata === undefined ? 400 : 404, {
      error: 'invalid_request',
      error_description:
        'This server has no sign-in. Give the client the header "Authorization: Bearer TOKEN"; the token is the one that the server printed at its start and keeps in the file http-token of its FIREFLY_HOME.',
    }),
};
