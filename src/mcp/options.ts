import type { Random } from '../shared/random.ts';
import type { Clock } from '../shared/clock.ts';
import type { Logger } from '../shared/logger.ts';
import type { Resource } from '../resources/define.ts';
import type { ToolDescription } from '../tools/definition/catalogue.ts';
import type { RequestId } from '@modelcontextprotocol/server';
import type { ResponseDelivery } from './response-delivery.ts';
import type { Services, Tool, ToolSettings } from '../tools/definition/define.ts';

/** How the server names itself to clients (MCP `Implementation`). */
interface ServerInfo {
  readonly name: string;
  readonly title: string;
  readonly version: string;
}

/** One tool as clients see it in `tools/list`. Plain JSON. */
type ListedTool = ToolDescription;

/** Who a request comes from, as the transport authenticated it. Absent on stdio. */
interface RequestAuth {
  readonly clientId: string;
  readonly scopes: readonly string[];
}

/**
 * What the composition root hands to the protocol edge. Everything that costs start-up time is a function, called on
 * first use.
 */
export interface ServingOptions {
  readonly info: ServerInfo;
  /** Ready-made answer to `tools/list`: `catalogue` of `./catalogue.ts`, or a subset of it. */
  readonly catalogue: readonly ListedTool[];
  /** The tools behind the catalogue. Called on the first `tools/call`. */
  readonly loadTools: () => Promise<readonly Tool[]>;
  /** Called on the first request for resources. */
  readonly loadResources: () => Promise<readonly Resource[]>;
  readonly settings: ToolSettings;
  /**
   * The rooms behind the tools; remembers its answer itself, so that a failure can be tried again.
   * @throws Problem when the store cannot be opened
   */
  readonly services: () => Promise<Services>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Owner of what a request makes: `local` wherever one person uses the machine. */
  readonly principal: (auth: RequestAuth | undefined) => string;
}

/** Where a request came in. */
export interface Connection {
  readonly principal: string;
  /** Names the conversation for `last`: one stdio connection or one 2025-era HTTP session; absent elsewhere. */
  readonly conversation: string | undefined;
  /** Aborts when the connection is about to end: calls that still wait answer with what they have. */
  readonly draining: AbortSignal | undefined;
  /** The answer to a request that has come in; absent where the transport cannot tell what becomes of it. */
  readonly responseTo?: ((request: RequestId) => ResponseDelivery | undefined) | undefined;
}
