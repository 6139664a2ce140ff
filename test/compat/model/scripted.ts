import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { answerAnthropic, readAnthropic } from './anthropic.ts';
import type { Api, Asked, Offered, Turn } from './api.ts';
import { contentOf, type Content } from './content.ts';
import { answerGemini, readGemini } from './gemini.ts';
import { answerChat, answerResponses, readChat, readResponses } from './openai.ts';

const APIS: readonly Api[] = [
  { name: 'gemini', path: /generateContent/i, read: readGemini, write: answerGemini },
  { name: 'anthropic', path: /\/messages(\?|$)/, read: readAnthropic, write: answerAnthropic },
  { name: 'responses', path: /\/responses/, read: readResponses, write: answerResponses },
  { name: 'chat', path: /chat\/completions/, read: readChat, write: answerChat },
];

/** One call that the model makes. `$IMG` in its arguments is the last picture that it was told of. */
export interface Step {
  /** Name of a tool of ours, or of a search for tools of the host; the first one that is offered counts. */
  readonly tool: readonly string[];
  readonly args: object;
}

/** What the model was given after a call of its script. */
export interface Given extends Content {
  /** Over which API. */
  readonly api: string;
  readonly tool: string;
}

/** A model on loopback that plays a script, whatever it is asked: one conversation over each API. */
export interface ScriptedModel {
  /** Without a path. */
  readonly url: string;
  /** What came back to it, in order. */
  readonly given: readonly Given[];
  /** Names of all tools that it was offered. */
  readonly offered: ReadonlySet<string>;
  close(): void;
}

/** Hosts put the name of the server before that of the tool, each with a sign of its own. */
const isNamed = (offered: string, tool: string) => new RegExp(`(^|[_/.-])${tool}$`).test(offered);

const find = (tools: readonly Offered[], names: readonly string[]): Offered | undefined =>
  names.flatMap((name) => tools.findLast((tool) => isNamed(tool.name, name)) ?? [])[0];

/** Starts a model that speaks each API of `APIS`. It ends the conversation where its script ends. */
export async function startModel(script: readonly Step[]): Promise<ScriptedModel> {
  const given: Given[] = [];
  const offered = new Set<string>();
  let turns = 0;

  /** The next turn; a request without tools is none of the conversation, such as one for a title. */
  function next(api: string, { tools, results, after }: Asked): Turn {
    turns += 1;
    const id = String(turns);
    for (const { name } of tools) offered.add(name);
    if (tools.length === 0) return { id };
    if (results.length > given.filter((one) => one.api === api).length) {
      const tool = script[results.length - 1]?.tool.join(' or ') ?? 'no step of the script';
      given.push({ api, tool, ...contentOf(results.at(-1), after) });
    }
    const step = script[results.length];
    const tool = step && find(tools, step.tool);
    if (!step || !tool) return { id };
    const image =
      JSON.stringify(results)
        .match(/img_[a-z0-9]{20,}/g)
        ?.at(-1) ?? 'last';
    return { id, tool, args: JSON.parse(JSON.stringify(step.args).replaceAll('$IMG', image)) as object };
  }

  const server = createServer((request, response) => void answer(request, response, next));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}`, given, offered, close };
}

async function answer(request: IncomingMessage, response: ServerResponse, next: (api: string, asked: Asked) => Turn) {
  const url = request.url ?? '';
  const body = await text(request);
  const api = /count/i.test(url) ? undefined : APIS.find(({ path }) => path.test(url));
  if (!api) {
    // What hosts ask beside the conversation: which models there are, how long a text is.
    send(response, { data: [{ id: 'scripted', object: 'model' }], models: [], input_tokens: 1, totalTokens: 1 });
    return;
  }
  write(response, api, next, url, JSON.parse(body));
}

function write(
  response: ServerResponse,
  api: Api,
  next: (api: string, asked: Asked) => Turn,
  url: string,
  body: { readonly stream?: boolean },
): void {
  const written = api.write(next(api.name, api.read(body)), body);
  if (body.stream !== true && !/stream/i.test(url)) {
    send(response, written.json);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const [name, data] of written.events) {
    if (name !== undefined) response.write(`event: ${name}\n`);
    response.write(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\r\n\r\n`);
  }
  response.end();
}

function send(response: ServerResponse, json: object): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(json));
}
