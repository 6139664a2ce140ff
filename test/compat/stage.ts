import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';
import { PROGRAM, start } from '../support/program/command.ts';
import { COMPAT } from './nodes.ts';
import { recordHttp } from './recording/http.ts';
import { hear, readSpoken, type Heard } from './recording/spoken.ts';

/** The two ways to a server. */
export type Transport = 'stdio' | 'http';

/** How a client reaches the server: a command to start, or an address with a token. */
export interface Way {
  readonly transport: Transport;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
  readonly url: string;
  readonly token: string;
}

/** The built product on the emulator, in a folder of its own, with a record of what clients and server said. */
export interface Stage {
  /** Home of the client. It may keep the token there, so that it is not the product's folder, which is searched for it. */
  readonly home: string;
  readonly way: Way;
  heard(): Heard;
  end(): Promise<void>;
}

/** Sets the stage. Over stdio the client starts the server itself. */
export async function setStage(transport: Transport): Promise<Stage> {
  const folder = temporaryFolder(`firefly-compat-${transport}-`);
  const home = mkdtempSync(join(tmpdir(), 'compat-client-'));
  const clean = () => {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    removeFolder(folder);
  };
  const env = {
    FIREFLY_HOME: join(folder, 'home'),
    FIREFLY_OUTPUT_DIR: join(folder, 'out'),
    FIREFLY_LOG_LEVEL: 'warn',
  };
  if (transport === 'stdio') {
    const file = join(folder, 'spoken.jsonl');
    const args = [join(COMPAT, 'recording/stdio.mjs'), file, process.execPath, PROGRAM, 'stdio', '--demo'];
    return {
      home,
      way: { transport, command: process.execPath, args, env, url: '', token: '' },
      heard: () => hear(readSpoken(file)),
      end: async () => clean(),
    };
  }
  const server = start(['http', '--demo', '--port', '0'], { cwd: folder, env });
  const [url] = await server.shows(/http:\/\/127\.0\.0\.1:\d+\/mcp/);
  const proxy = await recordHttp(url);
  const token = readFileSync(join(folder, 'home/demo/http-token'), 'utf8').trim();
  return {
    home,
    way: { transport, command: '', args: [], env: {}, url: proxy.url, token },
    heard: () => hear(proxy.spoken),
    end: async () => {
      proxy.close();
      server.child.kill('SIGTERM');
      await server.ended;
      clean();
    },
  };
}
