import type { Readable, Writable } from 'node:stream';
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/server';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import type { Logger } from '../../shared/logger.ts';
import { ResponseDelivery } from '../response-delivery.ts';
import { MessageSizeLimit, requestIdOf, type DroppedMessage } from './message-size-limit.ts';
import { Latch } from '../../shared/latch.ts';

/** Longest message from a client. Clients themselves refuse messages of more than 10 MiB. */
const LONGEST_MESSAGE = 10 * 1024 * 1024;
/** JSON-RPC 2.0 "Invalid Request". */
const INVALID_REQUEST = -32600;

/** Where the transport reads and writes, and whom it tells what. */
export interface DrainingStdioOptions {
  readonly input: Readable;
  readonly output: Writable;
  /** The client has closed its end. What is in flight can still be answered. */
  readonly onInputEnd: () => void;
  readonly onDropped: (line: DroppedMessage) => void;
  readonly logger: Logger;
}

/**
 * The SDK's stdio transport, with four things changed: the end of the input does not abort what is in flight, a
 * message that is too long is refused instead of ending the connection, it can be asked when all is answered, and
 * tells what became of each answer.
 */
export class DrainingStdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #options: DrainingStdioOptions;
  readonly #gate: MessageSizeLimit;
  readonly #inner: StdioServerTransport;
  readonly #unanswered = new Map<string | number, ResponseDelivery>();
  readonly #allAnswered = new Latch();
  #stopped = false;
  /** One write at a time: the SDK's transport adds listeners to stdout for each that waits. */
  #sending: Promise<void> = Promise.resolve();

  constructor(options: DrainingStdioOptions) {
    this.#options = options;
    this.#gate = new MessageSizeLimit({ maxBytes: LONGEST_MESSAGE, onDropped: (line) => this.#refuse(line) });
    this.#inner = new StdioServerTransport(this.#gate, options.output, { maxBufferSize: LONGEST_MESSAGE + 1 });
  }

  async start(): Promise<void> {
    const { input, onInputEnd } = this.#options;
    this.#inner.onmessage = (message) => this.#receive(message);
    this.#inner.onerror = (error) => this.onerror?.(error);
    this.#inner.onclose = () => this.#closed();
    await this.#inner.start();
    input.once('end', onInputEnd);
    input.once('close', onInputEnd);
    input.on('error', (error) => this.onerror?.(error));
    input.pipe(this.#gate, { end: false });
    if (input.readableEnded || input.destroyed) setImmediate(onInputEnd);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const sent = this.#sending.then(() => this.#inner.send(message));
    this.#sending = sent.catch(() => undefined);
    const answered = 'method' in message ? undefined : message.id;
    try {
      await sent;
      if (answered !== undefined) await this.#settle(answered, { delivered: true });
    } catch (error) {
      if (answered !== undefined) await this.#settle(answered, { delivered: false });
      throw error;
    }
  }

  /** The answer to a request that has come in. */
  readonly responseTo = (request: string | number) => this.#unanswered.get(request);

  /** Takes no more messages in; what has arrived is still read, and answers still go out. */
  stopReading(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#options.input.unpipe(this.#gate);
    this.#options.input.pause();
    // The last line of a script's input may lack its newline.
    if (this.#gate.writable) this.#gate.write('\n');
  }

  /** Resolves once every request that came in has been answered or cancelled, or the connection is closed. */
  async whenAnswered(): Promise<void> {
    // What has arrived may still be on its way through the gate.
    do await new Promise((resolve) => setImmediate(resolve));
    while (!this.#gate.destroyed && this.#gate.writableLength + this.#gate.readableLength > 0);
    if (this.#unanswered.size === 0) return;
    await this.#allAnswered.wait();
  }

  async close(): Promise<void> {
    await this.#inner.close();
  }

  #receive(message: JSONRPCMessage): void {
    if ('method' in message && 'id' in message) this.#track(message.method, message.id);
    if ('method' in message && message.method === 'notifications/cancelled') {
      const id = message.params?.['requestId'];
      if (typeof id === 'string' || typeof id === 'number') void this.#settle(id, { delivered: false });
    }
    this.onmessage?.(message);
  }

  /** A subscription stays open until the end of the connection, and is not waited for. */
  #track(method: string, id: string | number): void {
    if (method !== 'subscriptions/listen') this.#unanswered.set(id, new ResponseDelivery(this.#options.logger));
  }

  async #settle(id: string | number, answer: { readonly delivered: boolean }): Promise<void> {
    const pending = this.#unanswered.get(id);
    await pending?.settle(answer);
    // The id may have been given to another request by now.
    if (this.#unanswered.get(id) === pending) this.#unanswered.delete(id);
    if (this.#unanswered.size === 0) this.#allAnswered.release();
  }

  #closed(): void {
    this.#gate.destroy();
    this.stopReading();
    for (const pending of this.#unanswered.values()) void pending.settle({ delivered: false });
    this.#unanswered.clear();
    this.#allAnswered.release();
    this.onclose?.();
  }

  #refuse(line: DroppedMessage): void {
    this.#options.onDropped(line);
    const id = requestIdOf(line);
    if (id === undefined) return;
    const message = `This message has ${line.bytes} bytes; at most ${LONGEST_MESSAGE} are taken. Name large files by path.`;
    this.send({ jsonrpc: '2.0', id, error: { code: INVALID_REQUEST, message } }).catch((error: unknown) => {
      this.onerror?.(error instanceof Error ? error : new Error(String(error)));
    });
  }
}
