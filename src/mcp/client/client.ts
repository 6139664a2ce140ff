import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  PROTOCOL_VERSION_META_KEY,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { isRecord } from '../../shared/text/json.ts';

/** What a client says of itself: with each request since 2026-07-28, with the handshake before that. */
export interface ClientFacts {
  /** Undefined where the client named itself badly, or began without a handshake. */
  readonly name: string | undefined;
  /** Protocol revision, such as `2025-06-18`; undefined before a handshake. */
  readonly revision: string | undefined;
  readonly capabilities: unknown;
}

/** The client behind a request. */
export function clientOf(server: Server, context: ServerContext): ClientFacts {
  const envelope: Readonly<Record<string, unknown>> | undefined = context.mcpReq.envelope;
  if (envelope === undefined) {
    // Deprecated for the 2026-07-28 era only.
    /* oxlint-disable typescript/no-deprecated */
    return {
      name: server.getClientVersion()?.name,
      revision: server.getNegotiatedProtocolVersion(),
      capabilities: server.getClientCapabilities(),
    };
    /* oxlint-enable typescript/no-deprecated */
  }
  const info = envelope[CLIENT_INFO_META_KEY];
  const name = isRecord(info) ? info['name'] : undefined;
  const revision = envelope[PROTOCOL_VERSION_META_KEY];
  return {
    name: typeof name === 'string' ? name : undefined,
    revision: typeof revision === 'string' ? revision : undefined,
    capabilities: envelope[CLIENT_CAPABILITIES_META_KEY],
  };
}

/** Whether the client shows pages of tools (MCP Apps, revision 2026-01-26, "Client<>Server Capability Negotiation"). */
export function rendersApps({ capabilities }: Pick<ClientFacts, 'capabilities'>): boolean {
  const extensions = isRecord(capabilities) ? capabilities['extensions'] : undefined;
  return isRecord(extensions) && isRecord(extensions['io.modelcontextprotocol/ui']);
}

/** Whether the client's revision is older than this one. Revisions are dates, which sort as text. */
export function isOlder({ revision }: Pick<ClientFacts, 'revision'>, than: string): boolean {
  return revision !== undefined && revision < than;
}
