import type { Client } from 'pg';
import { abortable } from '../../shared/time/abort.ts';
import type { Clock } from '../../shared/time/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Random } from '../../shared/random.ts';
import { channelName } from './values.ts';

/** Pauses between attempts to listen again. They double, until a connection has lasted for the longest of them. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

interface Deps {
  /** Makes a client that is not connected yet. */
  readonly newClient: () => Client;
  readonly onWake: (channel: string) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * Receives `NOTIFY` of other processes on a connection of its own, which is opened for the first channel and again when it
 * breaks. Notifications in between are lost, so every channel is woken once when a connection begins to listen. Behind a
 * pooler that shares sessions no notification may ever arrive.
 */
export class Listener {
  readonly #deps: Deps;
  /** Channels by their name on the server. */
  readonly #channels = new Map<string, string>();
  readonly #closing = new AbortController();
  #client: Client | undefined;
  #running: Promise<void> | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Begins to listen to the channel soon, and until `close`. */
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
    const { clock, random, logger } = this.#deps;
    const { signal } = this.#closing;
    let pause = FIRST_PAUSE_MS;
    let isDown = false;
    while (!signal.aborted) {
      let since = Infinity;
      const onListening = () => {
        since = clock.monotonic();
        if (isDown) logger.info('store_listener_back');
        isDown = false;
      };
      const error: unknown = await this.#connection(onListening).catch((reason: unknown) => reason);
      if (signal.aborted) return;
      if (!isDown) {
        logger.warn('store_listener_lost', { error, next: 'Until it is back, this process polls for work of others.' });
      }
      isDown = true;
      if (clock.monotonic() - since > LONGEST_PAUSE_MS) pause = FIRST_PAUSE_MS;
      await clock.sleep(pause * (0.5 + random.float()), signal).catch(() => undefined);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }

  /** Listens on one connection, and rejects with the error that ends it. */
  async #connection(onListening: () => void): Promise<never> {
    const client = this.#deps.newClient();
    const ended = new Promise<never>((_resolve, reject) => {
      client.on('error', reject);
      client.on('end', () => reject(new Error('the connection ended')));
    });
    client.on('notification', ({ channel }) => {
      const woken = this.#channels.get(channel);
      if (woken !== undefined) this.#deps.onWake(woken);
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
      // Not awaited: on a dead connection the farewell is never answered.
      client.end().catch(() => undefined);
    }
  }

  async #add(client: Client, name: string, channel: string): Promise<void> {
    await client.query(`LISTEN "${name}"`);
    this.#deps.onWake(channel);
  }
}
