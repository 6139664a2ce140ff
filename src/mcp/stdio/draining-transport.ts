import { PassThrough, type Readable, type Writable } from 'node:stream';
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/server';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { isRecord } from '../../shared/text/json.ts';
import type { Logger } from '../../shared/logger.ts';
import { cancelledId } from '../client/client-cancel.ts';
import { errorResponse, idInUse, type Fault } from '../fault.ts';
import { readMessages } from '../incoming.ts';
import { readJson } from '../read-json.ts';
import { requestIdOf } from '../request-id.ts';
import { MessageSizeLimit, type DroppedMessage } from './message-size-limit.ts';
import { openBrackets } from './open-brackets.ts';
import { OpenRequests } from './open-requests.ts';

/** Longest message from a client. Clients themselves refuse messages of more than 10 MiB. */
const MAX_MESSAGE_BYTES = 10 * 1024 * 1024;
/** Open requests above which nothing more is read from a client that does not read its answers. */
const MOST_UNREAD = 64;
/** JSON-RPC 2.0 "Invalid Request". */
const INVALID_REQUEST = -32600;

/** Streams of the transport, and its events. */
export interface DrainingStdioOptions {
  readonly input: Readable;
  readonly output: Writable;
  /** The client has closed its end. Open requests can still be answered. */
  readonly onInputEnd: () => void;
  /** Sees every message that is passed on, before the SDK does: once what it returns has resolved. Never rejects. */
  readonly onMessage?: (message: JSONRPCMessage) => Promise<void> | undefined;
  readonly logger: Logger;
}

/**
 * The SDK's stdio transport with six changes: the end of the input does not abort open requests; a message that is too
 * long is refused instead of ending the connection; what is no message is answered or logged; a request with the id of an open one is refused; `whenAnswered` resolves when
 * no request is open; and the delivery of each response is observed.
 */
export class DrainingStdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #options: DrainingStdioOptions;
  readonly #limit: MessageSizeLimit;
  readonly #inner: StdioServerTransport;
  readonly #open: OpenRequests;
  #stopped = false;
  #isHeld = false;
  /** Brackets that lines without a whole message have left open. */
  #openBrackets = 0;
  #initialize: string | number | undefined;
  /** Protocol revision of the 2025 era, once it is negotiated. */
  #revision: string | undefined;
  /** Serialises writes: the SDK's transport adds listeners to stdout for every write that waits. */
  #sending: Promise<void> = Promise.resolve();

  constructor(options: DrainingStdioOptions) {
    this.#options = options;
    this.#open = new OpenRequests(options.logger);
    this.#limit = new MessageSizeLimit({ maxBytes: MAX_MESSAGE_BYTES, onDropped: (message) => this.#refuse(message) });
    // Writes and closes only: lines are read here.
    this.#inner = new StdioServerTransport(new PassThrough(), options.output);
  }

  async start(): Promise<void> {
    const { input, onInputEnd } = this.#options;
    this.#limit.on('data', (line: Buffer) => this.#read(line));
    this.#inner.onerror = (error) => this.onerror?.(error);
    this.#inner.onclose = () => this.#closed();
    await this.#inner.start();
    input.once('end', onInputEnd);
    input.once('close', onInputEnd);
    input.on('error', (error) => this.onerror?.(error));
    input.pipe(this.#limit, { end: false });
    if (input.readableEnded || input.destroyed) setImmediate(onInputEnd);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if ('method' in message) return this.#write(message);
    if (message.id !== undefined && message.id === this.#initialize) this.#negotiated(message);
    // The client may use the id again as soon as it has read the response.
    const settle = message.id === undefined ? undefined : this.#open.answering(message.id);
    try {
      await this.#write(message);
      await settle?.({ delivered: true });
    } catch (error) {
      await settle?.({ delivered: false });
      throw error;
    }
  }

  #write(message: JSONRPCMessage): Promise<void> {
    const sent = this.#sending.then(() => this.#inner.send(message));
    this.#sending = sent.catch(() => undefined);
    return sent;
  }

  /** Delivery of the response to an open request. */
  readonly responseTo = (request: string | number) => this.#open.delivery(request);

  /** Accepts no further input. What has arrived is still processed, and responses are still sent. */
  stopReading(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#options.input.unpipe(this.#limit);
    this.#options.input.pause();
    // The last line of a script's input may lack its newline.
    if (this.#limit.writable) this.#limit.write('\n');
  }

  /** Resolves once every request has been answered or cancelled, or the connection is closed. */
  async whenAnswered(): Promise<void> {
    // Bytes that have arrived may still be buffered in the size limit.
    do await new Promise((resolve) => setImmediate(resolve));
    while (!this.#limit.destroyed && this.#limit.writableLength + this.#limit.readableLength > 0);
    await this.#open.whenAnswered();
  }

  async close(): Promise<void> {
    await this.#inner.close();
  }

  /** One line: a message, a batch, or neither. */
  #read(line: Buffer): void {
    const read = readJson(line);
    if (read === undefined || (this.#openBrackets > 0 && this.#isPartOfMessage(read, line))) return;
    if ('fault' in read) {
      this.#openBrackets = openBrackets(line, 0);
      return this.#answer(read.fault);
    }
    this.#openBrackets = 0;
    for (const incoming of readMessages(read, this.#revision)) {
      if ('fault' in incoming) this.#answer(incoming.fault);
      else this.#receive(incoming.message);
    }
  }

  /** Whether the line belongs to a message over several lines, of which the first has been refused. */
  #isPartOfMessage(read: NonNullable<ReturnType<typeof readJson>>, line: Buffer): boolean {
    if ('value' in read && isRecord(read.value) && 'jsonrpc' in read.value) return false;
    this.#openBrackets = openBrackets(line, this.#openBrackets);
    return true;
  }

  #answer(fault: Fault): void {
    this.#options.logger.warn('message_refused', { code: fault.code, reason: fault.message });
    if (fault.id === undefined) return;
    // What is refused is no open request, although it may have the id of one.
    this.#write(errorResponse(fault)).catch((error: unknown) => {
      this.onerror?.(error instanceof Error ? error : new Error(String(error)));
    });
  }

  #negotiated(message: JSONRPCMessage): void {
    this.#initialize = undefined;
    const version = 'result' in message ? message.result['protocolVersion'] : undefined;
    if (typeof version === 'string') this.#revision = version;
  }

  #receive(message: JSONRPCMessage): void {
    if ('method' in message && 'id' in message) {
      if (!this.#open.open(message)) return this.#answer(idInUse(message.id));
      if (message.method === 'initialize') this.#initialize = message.id;
    }
    const pass = () => this.onmessage?.(message);
    void (this.#options.onMessage?.(message)?.then(pass) ?? pass());
    const cancelled = cancelledId(message);
    if (cancelled !== undefined) {
      // A turn later: first the SDK aborts the request, by whose reason the call learns why.
      setImmediate(() => void this.#open.answering(cancelled)({ delivered: false }));
    }
    if (this.#open.size > MOST_UNREAD && this.#options.output.writableNeedDrain) this.#holdInput();
  }

  /** Answers wait in memory while the client does not read them, so that nothing more is read from it meanwhile. */
  #holdInput(): void {
    if (this.#isHeld || this.#stopped) return;
    this.#isHeld = true;
    this.#options.input.unpipe(this.#limit);
    this.#options.output.once('drain', () => {
      this.#isHeld = false;
      if (!this.#stopped) this.#options.input.pipe(this.#limit, { end: false });
    });
  }

  #closed(): void {
    this.#limit.destroy();
    this.stopReading();
    this.#open.abandon();
    this.onclose?.();
  }

  #refuse(dropped: DroppedMessage): void {
    const message = `This message has ${dropped.bytes} bytes; the limit is ${MAX_MESSAGE_BYTES}. Name large files by path.`;
    this.#answer({ code: INVALID_REQUEST, message, id: requestIdOf(dropped) ?? null });
  }
}
