// @ts-check
import { createAnthropic } from '@ai-sdk/anthropic';
import { createMCPClient } from '@ai-sdk/mcp';
import { Experimental_StdioMCPTransport as StdioTransport } from '@ai-sdk/mcp/mcp-stdio';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, stepCountIs } from 'ai';
import { driveAgent } from '../drive-agent.mjs';
import { headers, task } from '../task.mjs';

const { command, args, env, url } = task;
// The library gives a server over stdio one second for its first answer, and speaks the older revision after that. A busy
// machine can take longer to start one.
const stdio = () =>
  Object.assign(new StdioTransport({ command, args, env }), { waitsForProtocolVersionDiscovery: true });
const client = await createMCPClient({
  transport: task.transport === 'stdio' ? stdio() : { type: 'http', url, headers },
});
const tools = await client.tools();
const openai = createOpenAI({ baseURL: `${task.model}/v1`, apiKey: 'none' });
const anthropic = createAnthropic({ baseURL: `${task.model}/v1`, apiKey: 'none' });
const talk = (model) => (prompt) => generateText({ model, tools, prompt, stopWhen: stepCountIs(6), maxRetries: 0 });

await driveAgent({
  listTools: async () => Object.keys(tools),
  call: (name, given, abortSignal) => tools[name].execute(given, { toolCallId: name, messages: [], abortSignal }),
  cancels: true,
  readResource: (uri) => client.readResource({ uri }),
  talk: {
    chat: talk(openai.chat('scripted')),
    responses: talk(openai.responses('scripted')),
    anthropic: talk(anthropic('scripted')),
  },
});
