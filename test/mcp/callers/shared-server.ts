import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { compose } from '../../../src/cli/composition/compose.ts';
import { servingOptions } from '../../../src/cli/composition/serving-options.ts';
import { readTextFile } from '../../../src/cli/terminal/text-file.ts';
import { resolveConfig } from '../../../src/config/resolve.ts';
import type { Draw, Emulator } from '../../../src/emulator/index.ts';
import { bearerOf, type Authenticate } from '../../../src/mcp/client/authentication.ts';
import type { ServingOptions } from '../../../src/mcp/options.ts';
import { serveOverHttp } from '../../../src/mcp/http/serve-http.ts';
import { Signer } from '../../../src/mcp/http/signing/signer.ts';
import type { Identity, Scope } from '../../../src/shared/caller.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { overhearClient } from '../../support/artefacts.ts';
import { AFAR } from '../../support/callers.ts';
import { canary } from '../../support/canaries.ts';
import { type ClientSetup, TestInstallation } from '../../support/program/test-installation.ts';
import { drawFlat } from '../../support/doubles/flat-pictures.ts';

/** A person over the network: `iss|sub` of its token, the rights of a caller on another machine. */
const personOf = (sub: string, scopes: readonly Scope[]): Identity => ({
  principal: `https://issuer.example|${sub}`,
  can: { ...AFAR, scopes: new Set(scopes) },
});

/** The person behind each token of the network. Ada has three tokens, with different scopes. */
const PEOPLE = {
  ada: personOf('ada', ['read', 'generate']),
  adaReads: personOf('ada', ['read']),
  adaMakes: personOf('ada', ['generate']),
  ben: personOf('ben', ['read', 'generate']),
  carol: personOf('carol', ['read', 'generate']),
  /** Looks after the server, and has nothing of its own. */
  root: personOf('root', ['admin']),
};
export type Person = keyof typeof PEOPLE;

const tokenOf = (person: Person) => `token-of-${person}`;

/** The sign-in of the tests: a token is the name of a person, or of one of many (`user7`). */
const authenticate: Authenticate = async (credentials) => {
  const given = credentials.transport === 'http' ? bearerOf(credentials.authorization) : undefined;
  const person = Object.entries(PEOPLE).find(([name]) => given === tokenOf(name as Person));
  if (person !== undefined) return { kind: 'accepted', identity: person[1] };
  const [, one] = /^token-of-(user\d{1,3})$/.exec(given ?? '') ?? [];
  if (one !== undefined) return { kind: 'accepted', identity: personOf(one, ['read', 'generate']) };
  return { kind: 'refused', message: 'Sign in first.', isInvalid: given !== undefined };
};

/** With or without conversations: sessions of the 2025 era, or single requests of 2026-07-28. */
export type Era = 'sessions' | 'requests';

/** Every picture of one colour, also where a source was given: these tests ask who may name what. */
const drawBlank: Draw = ({ edit: _edit, rework: _rework, composite: _composite, ...spec }) => drawFlat(spec);

/**
 * One data folder and one account at the emulator, reached in three ways: a spawned stdio server, HTTP with the local
 * token, and HTTP with a sign-in.
 */
export class SharedServer {
  readonly emulator: Emulator;
  readonly folder: string;
  readonly urls: { readonly local: string; readonly network: string };
  /** Signs as the server does. */
  readonly signer: Signer;
  /** What all its legs are served with, for one more. */
  readonly options: ServingOptions;
  readonly #installation: TestInstallation;
  readonly #localToken: string;
  readonly #settings: Readonly<Record<string, string>>;

  private constructor(parts: {
    emulator: Emulator;
    urls: SharedServer['urls'];
    signer: Signer;
    options: ServingOptions;
    installation: TestInstallation;
    localToken: string;
    settings: Readonly<Record<string, string>>;
  }) {
    this.#settings = parts.settings;
    this.emulator = parts.emulator;
    this.urls = parts.urls;
    this.signer = parts.signer;
    this.options = parts.options;
    this.folder = parts.installation.folder;
    this.#installation = parts.installation;
    this.#localToken = parts.localToken;
  }

  /** @param more settings, by variable */
  static async open(more: Readonly<Record<string, string>> = {}): Promise<SharedServer> {
    const settings = { FIREFLY_RPM: '600', ...more };
    const installation = await TestInstallation.create();
    const emulator = await installation.emulator({ draw: drawBlank, latencyMs: 50, rpm: 600 });
    const { folder } = installation;
    const machine = { platform: process.platform, cwd: folder, home: folder, flags: {}, demo: false } as const;
    const env = installation.environment(emulator, settings);
    const config = resolveConfig({ ...machine, env, readFile: readTextFile });
    const terminal = {
      clock: systemClock,
      random: systemRandom,
      cwd: folder,
      home: '/home/anna',
      platform: 'linux' as const,
    };
    const configured = { config, logger: silentLogger, hide: () => undefined };
    const composition = compose({ ...configured, terminal });
    installation.onEnd(() => composition.close());
    const localToken = canary('bearer');
    const options = servingOptions(configured, composition, terminal, {
      value: localToken,
      file: `${folder}/http-token`,
    });
    const signer = new Signer([Buffer.from(canary('signing-key'))]);
    const site = { signer, administration: composition.administration, host: '127.0.0.1', port: 0 };
    const local = await serveOverHttp({ ...options, ...site });
    const network = await serveOverHttp({ ...options, ...site, authenticate });
    for (const serving of [local, network]) installation.onEnd(() => serving.close({ graceMs: 0 }));
    const urls = { local: local.url, network: network.url };
    return new SharedServer({ emulator, urls, signer, options, installation, localToken, settings });
  }

  /** A file in the one folder that pictures are read from. */
  path(name: string): string {
    return join(this.folder, name);
  }

  async overStdio(mode: 'auto' | 'legacy' | { pin: string } = 'auto', setup: ClientSetup = {}): Promise<Client> {
    const environment = this.#installation.environment(this.emulator, this.#settings);
    return (await this.#installation.client(environment, ['stdio'], mode, setup)).client;
  }

  overLocalHttp(era: Era): Promise<Client> {
    return this.#overHttp(this.urls.local, this.#localToken, era);
  }

  overNetwork(person: Person, era: Era, setup: ClientSetup = {}): Promise<Client> {
    return this.#overHttp(this.urls.network, tokenOf(person), era, setup);
  }

  /** An HTTP request outside of `/mcp`, over the network, with the token of this person; without a token where it is undefined. */
  fetch(person: Person | undefined, path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (person !== undefined) headers.set('Authorization', `Bearer ${tokenOf(person)}`);
    return fetch(new URL(path, this.urls.network), { ...init, headers });
  }

  /** What a person is called in the store. */
  principalOf(person: Person): string {
    return PEOPLE[person].principal;
  }

  end(): Promise<void> {
    return this.#installation.end();
  }

  async #overHttp(url: string, token: string, era: Era, setup: ClientSetup = {}): Promise<Client> {
    const { capabilities = {}, prepare = () => undefined } = setup;
    const mode = era === 'sessions' ? 'legacy' : ({ pin: '2026-07-28' } as const);
    const client = new Client({ name: 'caller', version: '1' }, { versionNegotiation: { mode }, capabilities });
    const headers = { Authorization: `Bearer ${token}` };
    const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
    prepare(client);
    await client.connect(transport);
    overhearClient(transport);
    this.#installation.onEnd(() => client.close());
    return client;
  }
}
