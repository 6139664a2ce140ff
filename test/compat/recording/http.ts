import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Message, Spoken } from './spoken.ts';

/** A proxy before a server: what was said, and where it listens. */
export interface RecordingProxy {
  readonly url: string;
  readonly spoken: Spoken[];
  close(): void;
}

/** Records what clients and the server at `target` say. Host becomes that of the server, all else passes unchanged. */
export async function recordHttp(target: string): Promise<RecordingProxy> {
  const { host, hostname, port } = new URL(target);
  const spoken: Spoken[] = [];
  const proxy = createServer((incoming, outgoing) => {
    const options = { hostname, port, path: incoming.url, method: incoming.method };
    let isCall = false;
    const passed = request({ ...options, headers: { ...incoming.headers, host } }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      outgoing.flushHeaders();
      gather(answer, (text) =>
        spoken.push(...messagesIn(text).map((message) => ({ from: 'server', message }) as const)),
      );
      answer.pipe(outgoing);
    });
    gather(incoming, (text) => {
      const messages = messagesIn(text);
      isCall = messages.some(({ method }) => method === 'tools/call');
      spoken.push(...messages.map((message) => ({ from: 'client', message }) as const));
    });
    passed.on('error', () => outgoing.destroy());
    outgoing.on('close', () => {
      if (isCall && !outgoing.writableFinished)
        spoken.push({ from: 'client', message: { method: 'closed its stream' } });
      passed.destroy();
    });
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port: own } = proxy.address() as AddressInfo;
  const close = () => {
    proxy.close();
    proxy.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${own}/mcp`, spoken, close };
}

/** Hands over each complete part of a body: all of one that is JSON, each event of a stream. */
function gather(body: IncomingMessage, take: (text: string) => void): void {
  const isStream = String(body.headers['content-type']).includes('event-stream');
  let open = '';
  body.setEncoding('utf8');
  body.on('data', (text: string) => {
    open += text;
    if (!isStream) return;
    const parts = open.split(/\r?\n\r?\n/);
    open = parts.pop() ?? '';
    for (const part of parts) take(part);
  });
  body.on('end', () => take(open));
}

/** The messages of a body, or of an event. */
function messagesIn(text: string): readonly Message[] {
  const json = text.startsWith('{') || text.startsWith('[') ? text : /^data: ?([{[].*)$/m.exec(text)?.[1];
  return json === undefined ? [] : [JSON.parse(json) as Message | Message[]].flat();
}
