import { SCOPE_NAMES } from '../../sign-in/scopes.ts';
import { respond } from '../respond.ts';
import type { Exchange, Route } from './route.ts';

// After a 401 clients look for OAuth (RFC 9728, RFC 8414), and where they find none, many register all the same at the
// default place (RFC 7591). Their users then read what this server says there, instead of "registration failed".

/** Where clients learn which issuer signs people in; without one, words for OAuth clients. */
export const signIn: Route = {
  name: 'sign-in metadata',
  path: /^((?:\/mcp)?\/\.well-known\/(?:oauth-|openid-configuration).*)$|^\/(?:register|authorize|token)$/,
  methods: ['GET', 'HEAD', 'POST'],
  access: 'open',
  answer(exchange) {
    const { response, parts, options } = exchange;
    const [metadata] = parts;
    const { issuer } = options;
    if (issuer !== undefined && /^\/\.well-known\/oauth-protected-resource(\/mcp)?$/.test(metadata ?? '')) {
      return respond(response, 200, {
        resource: `${options.origin}/mcp`,
        resource_name: options.info.title,
        authorization_servers: [issuer],
        scopes_supported: Object.values(SCOPE_NAMES),
        bearer_methods_supported: ['header'],
      });
    }
    respond(response, metadata === undefined ? 400 : 404, {
      error: 'invalid_request',
      error_description: wayIn(options),
    });
  },
};

/** Address of the metadata (RFC 9728, section 3.1); undefined where no issuer signs people in. */
export function metadataAddress({
  issuer,
  origin,
}: Pick<Exchange['options'], 'issuer' | 'origin'>): string | undefined {
  return issuer === undefined ? undefined : `${origin}/.well-known/oauth-protected-resource/mcp`;
}

function wayIn({ issuer, isShared }: Exchange['options']): string {
  if (issuer !== undefined)
    return 'This server issues no tokens. Its issuer is named in /.well-known/oauth-protected-resource/mcp.';
  const where = isShared
    ? 'ask the operator of this server for yours'
    : 'the token is the one that the server printed at its start and keeps in the file http-token of its FIREFLY_HOME';
  return `This server has no sign-in. Give the client the header "Authorization: Bearer TOKEN"; ${where}.`;
}
