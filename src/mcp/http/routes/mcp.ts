import { requireJson } from '../guards/request-guard.ts';
import { refuse } from '../respond.ts';
import type { Route } from './route.ts';

/** The protocol, in both eras. */
export const mcp: Route = {
  name: 'mcp',
  path: /^\/mcp$/,
  methods: ['POST', 'GET', 'DELETE'],
  otherMethods: 'MCP is spoken by POST here, besides GET for notifications and DELETE for the end of a session.',
  access: 'identity',
  answer: ({ request, response, options }, identity) => {
    const refused = requireJson(request);
    return refused ? refuse(response, refused) : options.endpoint.handle(request, response, identity);
  },
};
