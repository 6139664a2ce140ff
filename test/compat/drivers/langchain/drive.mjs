// @ts-check
import { ChatAnthropic } from '@langchain/anthropic';
import { MultiServerMCPClient } from '@langchain/mcp-adapters';
import { ChatOpenAI } from '@langchain/openai';
import { createAgent } from 'langchain';
import { driveAgent } from '../drive-agent.mjs';
import { headers, task } from '../task.mjs';

let progress = 0;
const { command, args, env, url } = task;
const firefly =
  task.transport === 'stdio' ? { transport: 'stdio', command, args, env } : { transport: 'http', url, headers };
const client = new MultiServerMCPClient({ mcpServers: { firefly }, onProgress: () => void (progress += 1) });
const tools = await client.getTools();
const openai = { model: 'scripted', apiKey: 'none', configuration: { baseURL: `${task.model}/v1` } };
const models = {
  chat: new ChatOpenAI(openai),
  responses: new ChatOpenAI({ ...openai, useResponsesApi: true }),
  anthropic: new ChatAnthropic({ model: 'scripted', apiKey: 'none', anthropicApiUrl: task.model }),
};

await driveAgent({
  listTools: async () => tools.map(({ name }) => name),
  call: (name, given, signal) => tools.find((tool) => tool.name === name)?.invoke(given, { signal }),
  cancels: true,
  progress: () => progress,
  readResource: async (uri) => {
    const [file] = await client.readResource('firefly', uri);
    return { contents: [file] };
  },
  talk: Object.fromEntries(
    Object.entries(models).map(([api, model]) => [
      api,
      (content) => createAgent({ model, tools }).invoke({ messages: [{ role: 'user', content }] }),
    ]),
  ),
});
