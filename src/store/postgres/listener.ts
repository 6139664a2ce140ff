import type { Client } from 'pg';
import { abortable } from '../../shared/abort.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Random } from '../../shared/random.ts';
import { channelName } from './values.ts';

/** Pauses between attempts to listen again, growing; short again once a connection has held for the longest of them. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

interface Parts {
  /** A client that has not connected yet. */
  readonly newClient: () => Client;
  readonly onWake: (channel: string) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * Hears other processes' `NOTIFY` on a connection of its own, which is made when the first channel is asked for and
 * made again when it breaks. A notification that comes meanwhile is lost, so every channel is woken once when a
 * connection begins to listen. Behind a pooler that shares sessions nothing may ever be heard.
 */
export class Listener {
  readonly #parts: Parts;
  /** By the server's name of the channel. */
  readonly #channels = new Map<string, string>();
  readonly #closing = new AbortController();
  #client: Client | undefined;
  #running: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Listens to the channel, soon and from then on. */
  listen(channel: string): void {
    const name = channelName(channel);
    if (this.#channels.has(name) || this.#closing.signal.aborted) return;
    this.#channels.set(name, channel);
    this.#running ??= this.#keepListening();
    const client = this.#client;
    if (client) this.#add(client, name, channel).catch(() => client.end());
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the store is closed'));
    await this.#running;
  }

  async #keepListening(): Promise<void> {
    const { clock, random, logger } = this.#parts;
    const { signal } = this.#closing;
    let pause = FIRST_PAUSE_MS;
    let isAway = false;
    while (!signal.aborted) {
      let since = Infinity;
      const onListening = () => {
        since = clock.monotonic();
        if (isAway) logger.info('store_listener_back');
        isAway = false;
      };
      const error: unknown = await this.#connection(onListening).catch((reason: unknown) => reason);
      if (signal.aborted) return;
      if (!isAway) logger.warn('store_listener_lost', { error, next: 'Until it is back, others are noticed later.' });
      isAway = true;
      if (clock.monotonic() - since > LONGEST_PAUSE_MS) pause = FIRST_PAUSE_MS;
      await clock.sleep(pause * (0.5 + random.float()), signal).catch(() => undefined);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }

  /** One connection, from its beginning to its end, which it rejects with. */
  async #connection(onListening: () => void): Promise<never> {
    const client = this.#parts.newClient();
    const ended = new Promise<never>((_resolve, reject) => {
      client.on('error', reject);
      client.on('end', () => reject(new Error('the connection ended')));
    });
    client.on('notification', ({ channel }) => {
      const woken = this.#channels.get(channel);
      if (woken !== undefined) this.#parts.onWake(woken);
    });
    const listening = async (): Promise<never> => {
      await client.connect();
      for (const [name, channel] of this.#channels) await this.#add(client, name, channel);
      this.#client = client;
      onListening();
      return ended;
    };
    try {
      return await abortable(Promise.race([listening(), ended]), this.#closing.signal);
    } finally {
      this.#client = undefined;
      // Nobody waits for its farewell: the line may be dead.
      client.end().catch(() => undefined);
    }
  }

  async #add(client: Client, name: string, channel: string): Promise<void> {
    await client.query(`LISTEN "${name}"`);
    this.#parts.onWake(channel);
  }
}
