import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Identity, Scope } from '../../../shared/caller.ts';
import type { Meter } from '../metrics/meter.ts';
import type { Shares } from '../guards/shares.ts';
import type { McpEndpoint } from '../mcp-endpoint.ts';
import type { HttpServingOptions } from '../options.ts';
import type { BrowserSessions } from '../studio/browser-sessions.ts';

/**
 * What a request has to show: nothing, a signature in its address, or who sends it. What an address is signed for is
 * checked by its route.
 */
export type Access = 'open' | 'signed' | 'identity';

/** What routes need besides the serving options. */
export interface RouteOptions extends HttpServingOptions {
  readonly endpoint: McpEndpoint;
  /** Counts what is served. */
  readonly meter: Meter;
  /** Origin of this server as people see it, without a slash at its end. */
  readonly origin: string;
  /** Open requests of each principal, where people share the server. */
  readonly shares: Shares;
  /** Browsers that are signed in to the studio. */
  readonly browsers: BrowserSessions;
}

/** One request that has passed the guards, and the response to it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Parts of the path that the route's expression holds in groups. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  readonly options: RouteOptions;
}

/** One address of the server. Every route has a row in the isolation matrix (`test/mcp/callers`). */
interface RouteFacts {
  readonly name: string;
  /** The whole path, without a slash at its end. */
  readonly path: RegExp;
  /** The first is the usual one. */
  readonly methods: readonly [string, ...string[]];
  /** Sentence for other methods. */
  readonly otherMethods?: string;
  /** Pages of other sites may lead here by a link: the answer to a GET holds no data of a principal. */
  readonly isLinked?: boolean;
  /** Supervisors and load balancers ask here, who name the server by its address, or not at all. */
  readonly isProbe?: boolean;
}

/** One address of the server, and what answers there. */
export type Route = RouteFacts &
  (
    | { readonly access: 'open' | 'signed'; readonly answer: (exchange: Exchange) => Promise<void> | void }
    | {
        readonly access: 'identity';
        /** What the sender's sign-in has to cover before anything is looked up; routes without it ask themselves. */
        readonly scope?: Scope;
        readonly answer: (exchange: Exchange, identity: Identity) => Promise<void> | void;
      }
  );
