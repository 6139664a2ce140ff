import {
  McpServer,
  ResourceNotFoundError,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
} from '@modelcontextprotocol/server';
import { requestStates } from '../../src/mcp/calls/request-state.ts';
import { createServer } from '../../src/mcp/server.ts';
import type { Connection, ServingOptions } from '../../src/mcp/options.ts';
import { LOCAL } from '../../src/shared/caller.ts';
import { serveTestTools } from '../mcp/fixture/http.ts';
import { getPrompt, PROMPTS, readResource } from './prompts.ts';
import { FIXTURES } from './tools.ts';

// A process that serves the product's HTTP leg with the fixtures of the conformance suite in place of the product's tools,
// prompts and resources, and without a token, since the suite cannot send one. Writes its address to stdout.

function serverWithFixtures(options: ServingOptions, connection: Connection): Server {
  const server = createServer(options, connection);
  server.registerCapabilities({ logging: {}, prompts: {} });
  const description = 'A fixture.';
  server.setRequestHandler('tools/list', () => ({
    tools: Object.entries(FIXTURES).map(([name, { inputSchema }]) => ({
      name,
      description,
      inputSchema: { type: 'object' as const, ...inputSchema },
    })),
  }));
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const fixture = FIXTURES[params.name];
    if (fixture === undefined) throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Unknown tool.');
    const seal = (asked: string) => requestStates(options).mint({ id: asked, asked }, context);
    return fixture.run({ args: params.arguments ?? {}, mcpReq: context.mcpReq, seal });
  });
  server.setRequestHandler('prompts/list', () => ({
    prompts: Object.entries(PROMPTS).map(([name, args]) => ({ name, description, arguments: [...args] })),
  }));
  server.setRequestHandler('prompts/get', ({ params }, { mcpReq }) => {
    const found = getPrompt(params.name, params.arguments ?? {}, mcpReq);
    if (found === undefined) throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Unknown prompt.');
    return found;
  });
  server.setRequestHandler('resources/list', () => ({
    resources: ['test://static-text', 'test://static-binary'].map((uri) => ({ uri, name: uri, description })),
  }));
  server.setRequestHandler('resources/templates/list', () => ({
    resourceTemplates: [{ uriTemplate: 'test://template/{id}/data', name: 'template', description }],
  }));
  server.setRequestHandler('resources/read', ({ params: { uri } }) => {
    const found = readResource(uri);
    if (found === undefined) throw new ResourceNotFoundError(uri);
    return { contents: [found] };
  });
  server.setRequestHandler('completion/complete', () => ({ completion: { values: ['paris', 'park', 'party'] } }));
  return server;
}

/** The SDK compares `Mcp-Param-…` headers with arguments for servers of this class alone: it asks them for the schema. */
class ServerWithSchemas extends McpServer {
  constructor(server: Server) {
    super({ name: 'fixtures', version: '1' });
    Object.defineProperty(this, 'server', { value: server });
  }

  override toolInputSchemaJson(name: string) {
    const fixture = FIXTURES[name];
    return fixture && { type: 'object' as const, ...fixture.inputSchema };
  }
}

const serving = await serveTestTools({
  authenticate: () => Promise.resolve({ kind: 'accepted', identity: LOCAL }),
  newServer: (options, connection) => new ServerWithSchemas(serverWithFixtures(options, connection)),
});
process.stdout.write(`${serving.url}\n`);
