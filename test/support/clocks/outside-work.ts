import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import sharp from 'sharp';

/** Requests of the operating system that end by themselves: files, names, and bytes that a socket has not yet taken. */
const SYSTEM_WORK = /^(FS|CloseReq|GetAddrInfo|TCPConnect|PipeConnect|Write|Shutdown)/;

interface UndiciRequest {
  readonly origin?: string | URL;
}

function ports(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
}

/** Work that goes on in real time outside of the event loop: files, pictures, threads, and HTTP requests to chosen origins. */
export class OutsideWork {
  readonly #open = new Set<UndiciRequest>();
  /** Ports to other threads that were there before: those of the test run. */
  readonly #ports = ports();
  readonly #isOurs: (origin: string) => boolean;
  readonly #begin = (message: unknown) => {
    const { request } = message as { request: UndiciRequest };
    if (this.#isOurs(String(request.origin))) this.#open.add(request);
  };
  readonly #end = (message: unknown) => void this.#open.delete((message as { request: UndiciRequest }).request);

  constructor(isOurs: (origin: string) => boolean = () => true) {
    this.#isOurs = isOurs;
    subscribe('undici:request:create', this.#begin);
    subscribe('undici:request:trailers', this.#end);
    subscribe('undici:request:error', this.#end);
  }

  /** Whether a request waits for its answer. */
  get hasRequests(): boolean {
    return this.#open.size > 0;
  }

  /** Whether the operating system, the picture library or a thread works for this process. */
  get isBusy(): boolean {
    const { queue, process: drawing } = sharp.counters();
    return (
      queue + drawing > 0 ||
      ports() > this.#ports ||
      process.getActiveResourcesInfo().some((name) => SYSTEM_WORK.test(name))
    );
  }

  close(): void {
    unsubscribe('undici:request:create', this.#begin);
    unsubscribe('undici:request:trailers', this.#end);
    unsubscribe('undici:request:error', this.#end);
  }
}
