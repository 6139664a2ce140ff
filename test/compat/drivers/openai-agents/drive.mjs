// @ts-check
import {
  Agent,
  MCPServerStdio,
  MCPServerStreamableHttp,
  OpenAIChatCompletionsModel,
  OpenAIResponsesModel,
  run,
  setTracingDisabled,
} from '@openai/agents';
import OpenAI from 'openai';
import { driveAgent } from '../drive-agent.mjs';
import { headers, task } from '../task.mjs';

setTracingDisabled(true);
const { command, args, env, url } = task;
const server =
  task.transport === 'stdio'
    ? new MCPServerStdio({ command, args, env })
    : new MCPServerStreamableHttp({ url, requestInit: { headers } });
await server.connect();
const openai = new OpenAI({ apiKey: 'none', baseURL: `${task.model}/v1` });
const talk = (model) => (words) => run(new Agent({ name: 'driver', model, mcpServers: [server] }), words);

await driveAgent({
  listTools: async () => (await server.listTools()).map(({ name }) => name),
  call: (name, given, signal) => server.callTool(name, given, null, { signal }),
  cancels: true,
  readResource: (uri) => server.readResource(uri),
  talk: {
    chat: talk(new OpenAIChatCompletionsModel(openai, 'scripted')),
    responses: talk(new OpenAIResponsesModel(openai, 'scripted')),
  },
});
