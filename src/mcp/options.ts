import type { McpServer, Server, ServerContext } from '@modelcontextprotocol/server';
import type { Prompt } from '../prompts/define.ts';
import type { Resource } from '../resources/define.ts';
import type { Caller, Identity, SignedAddresses } from '../shared/caller.ts';
import type { Clock } from '../shared/time/clock.ts';
import type { Logger } from '../shared/logger.ts';
import type { Random } from '../shared/random.ts';
import type { ToolDescription } from '../tools/definition/catalogue.ts';
import type { AskedSets } from '../tools/definition/asked-sets.ts';
import type { DeclinedQuestions } from '../tools/definition/declined-questions.ts';
import type { Services, Tool, ToolSettings } from '../tools/definition/define.ts';
import type { Authenticate } from './client/authentication.ts';
import type { ResourceLinks } from './client/resource-links.ts';
import type { CalledTool } from './calls/called-tool.ts';
import type { TracingApi } from './calls/tracing.ts';
import type { ResponseDelivery } from './calls/response-delivery.ts';
import type { ConnectionSubscriptions } from './subscriptions/connection-subscriptions.ts';

/** Name and version of the server in the handshake (MCP `Implementation`). */
interface ServerInfo {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly description?: string;
  readonly icons?: { src: string; mimeType: string; sizes: string[] }[];
}

/** What the composition root passes to the protocol edge. What costs start-up time is a function, called on first use. */
export interface ServingOptions {
  readonly info: ServerInfo;
  /** The answer to `tools/list`: `catalogue` of `src/mcp/offer/catalogue.ts`, or what `offerTools` leaves of it. */
  readonly catalogue: readonly ToolDescription[];
  /** The handlers behind the catalogue. */
  readonly loadTools: () => Promise<readonly Tool[]>;
  /** Absent: the server has no resources, and does not declare that it has. */
  readonly loadResources?: (() => Promise<readonly Resource[]>) | undefined;
  /** Absent: the server has no prompts, and does not declare that it has. */
  readonly loadPrompts?: (() => Promise<readonly Prompt[]>) | undefined;
  readonly settings: ToolSettings;
  /** Which clients get `resource_link` blocks; `auto` (those that are known to take them) where undefined. */
  readonly resourceLinks?: ResourceLinks | undefined;
  /**
   * The rooms behind the tools. Caches a success itself, so that a failure can be tried again.
   * @throws Problem when the store cannot be opened
   */
  readonly services: () => Promise<Services>;
  /** The rooms where they are open or being opened, without opening them. Absent: subscribers hear of nothing. */
  readonly openServices?: (() => Promise<Services> | undefined) | undefined;
  /** Questions about spending that came back declined; the memory of all connections. Absent: none is remembered. */
  readonly declined?: DeclinedQuestions | undefined;
  /** What open questions are about; the memory of all connections. Absent: none is remembered. */
  readonly asked?: AskedSets | undefined;
  /** OpenTelemetry, where this process has it set up; undefined elsewhere. Never rejects. Absent: nothing is traced. */
  readonly tracing?: (() => Promise<TracingApi | undefined>) | undefined;
  /** Hears of every tool call that has ended. Never throws. */
  readonly onCalled?: ((call: CalledTool) => void) | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Makes the protocol server of a connection in place of `createServer`, for suites that bring tools of their own. */
  readonly newServer?: ((options: ServingOptions, connection: Connection) => Server | McpServer) | undefined;
  /**
   * Key that signs what a client keeps of a question to its user, at least 32 bytes. All replicas need one key. Absent: a
   * key of this process.
   */
  readonly stateKey?: Uint8Array | undefined;
  /** Finds out who sends: once for a connection on stdio, for each request over HTTP (docs/security.md#principals). */
  readonly authenticate: Authenticate;
}

/** The connection that a request came in on. */
export interface Connection {
  /** The sender of one request: rights may change within a session, the principal may not. */
  readonly identify: (context: ServerContext) => Identity;
  /** Scope of `last`: one stdio connection or one HTTP session of the 2025 era; undefined elsewhere. */
  readonly conversation: string | undefined;
  /** Addresses for answers to a principal; absent where no browser or script reaches the server. */
  readonly addressesFor?: ((principal: string) => SignedAddresses) | undefined;
  /** Aborts when the connection is about to end: waiting calls then answer with what they have. */
  readonly draining: AbortSignal | undefined;
  /** What the client has subscribed to; absent where the connection ends with the request. */
  readonly subscriptions?: ConnectionSubscriptions | undefined;
  /** Delivery of the response to the request of a handler's context; absent where the transport cannot observe it. */
  readonly responseTo?: ((context: ServerContext) => ResponseDelivery | undefined) | undefined;
}

/** The caller behind one request of a connection. */
export function callerOf(connection: Connection, context: ServerContext): Caller {
  const { principal, can } = connection.identify(context);
  const addresses = connection.addressesFor?.(principal);
  return { principal, can, conversation: connection.conversation, addresses };
}
