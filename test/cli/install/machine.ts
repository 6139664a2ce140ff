import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Client } from '../../../src/cli/install/client.ts';
import { systemDisk, type Disk, type Found } from '../../../src/cli/install/files/disk.ts';
import { install, type InstallRequest } from '../../../src/cli/install/install.ts';
import { settingOf, type Setting } from '../../../src/cli/install/plan/setting.ts';
import { uninstall } from '../../../src/cli/install/uninstall.ts';
import type { Terminal } from '../../../src/cli/terminal/terminal.ts';
import { temporaryFolder } from '../../support/artefacts.ts';
import { fakeTerminal } from '../fake-terminal.ts';

export type System = 'linux' | 'darwin' | 'win32';
export const SYSTEMS: readonly System[] = ['linux', 'darwin', 'win32'];

const HOMES = { linux: '/home/ann', darwin: '/Users/ann', win32: 'C:\\Users\\ann' } as const;
const ENVIRONMENTS: Readonly<Record<System, Readonly<Record<string, string>>>> = {
  linux: {},
  darwin: {},
  win32: { APPDATA: 'C:\\Users\\ann\\AppData\\Roaming', LOCALAPPDATA: 'C:\\Users\\ann\\AppData\\Local' },
};
const PROGRAMS = {
  linux: { execPath: '/usr/bin/node', entry: '/opt/firefly/dist/main.js' },
  darwin: { execPath: '/opt/homebrew/bin/node', entry: '/Users/ann/firefly mcp/dist/main.js' },
  win32: { execPath: 'C:\\Program Files\\nodejs\\node.exe', entry: 'C:\\Users\\ann\\firefly\\dist\\main.js' },
} as const;

/** What a person types, in turn. */
export interface Answers {
  /** A function works while the question is open, and answers. */
  readonly lines?: readonly (string | (() => Promise<string>))[];
  readonly secrets?: readonly string[];
}

/** A machine of one system, whose files are in a temporary folder under their own paths. */
export class Machine {
  readonly root = temporaryFolder('firefly-install-');
  readonly system: System;
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  readonly disk: Disk;

  constructor(system: System, env: Readonly<Record<string, string>> = {}) {
    this.system = system;
    this.home = HOMES[system];
    this.env = { ...ENVIRONMENTS[system], ...env };
    this.disk = mapped(this);
    // The folder in which programs keep their data is on every machine; that of this program is not.
    mkdirSync(dirname(this.real(this.session().setting.home)), { recursive: true });
  }

  /** Where a path of the machine is on the machine that runs the tests. */
  real(path: string): string {
    return join(this.root, this.system === 'win32' ? path.replace(/^C:/, 'C').replaceAll('\\', '/') : path);
  }

  /** The path on the machine of what is here. */
  known(real: string): string {
    const path = real.slice(this.root.length);
    return this.system === 'win32' ? path.replace(/^\/C/, 'C:').replaceAll('/', '\\') : path;
  }

  put(path: string, content: string | Uint8Array, mode = 0o644): void {
    mkdirSync(dirname(this.real(path)), { recursive: true });
    writeFileSync(this.real(path), content, { mode });
  }

  text(path: string): string {
    return readFileSync(this.real(path), 'utf8');
  }

  /** Every file, link and folder with its content and mode. */
  tree(): Readonly<Record<string, string>> {
    const entries = readdirSync(this.root, { recursive: true, withFileTypes: true });
    return Object.fromEntries(
      entries.map((entry): [string, string] => {
        const path = join(entry.parentPath, entry.name);
        if (entry.isSymbolicLink()) return [path, readlinkSync(path)];
        if (entry.isDirectory()) return [path, 'folder'];
        return [path, `${(lstatSync(path).mode & 0o777).toString(8)} ${readFileSync(path).toString('base64')}`];
      }),
    );
  }

  /** A session at this machine. With `answers` a person is at the terminal. */
  session(
    answers?: Answers,
    parts: Partial<Terminal> = {},
  ): { setting: Setting; output: { out: string; err: string } } {
    const lines = [...(answers?.lines ?? [])];
    const secrets = [...(answers?.secrets ?? [])];
    const reply = (from: (string | (() => Promise<string>))[]) => async (question: string) => {
      terminal.err(question);
      const next = from.shift();
      if (next === undefined) throw new Error(`no answer to: ${question}`);
      return typeof next === 'string' ? next : next();
    };
    const terminal = fakeTerminal(['install'], {
      ...PROGRAMS[this.system],
      platform: this.system,
      home: this.home,
      cwd: this.home,
      env: this.env,
      ...(answers === undefined ? {} : { ask: reply(lines), askSecret: reply(secrets) }),
      ...parts,
    });
    return { setting: settingOf(terminal, this.disk), output: terminal.output };
  }

  async install(
    client: Client,
    request: Partial<InstallRequest> = {},
    answers?: Answers,
    parts: Partial<Terminal> = {},
  ) {
    const { setting, output } = this.session(answers, parts);
    const code = await install(client, { demo: false, yes: false, file: undefined, ...request }, setting);
    return { code, ...output };
  }

  async uninstall(client: Client, request: { yes?: boolean; file?: string } = {}, answers?: Answers) {
    const { setting, output } = this.session(answers);
    const code = await uninstall(client, { yes: false, file: undefined, ...request }, setting);
    return { code, ...output };
  }
}

function mapped(machine: Machine): Disk {
  const to = (path: string) => machine.real(path);
  return {
    look(path): Found | undefined {
      const found = systemDisk.look(to(path));
      return found && { ...found, real: machine.known(found.real) };
    },
    read: (path) => systemDisk.read(to(path)),
    names: (folder) => systemDisk.names(to(folder)),
    makeFolders: (folder, mode) => systemDisk.makeFolders(to(folder), mode).map((made) => machine.known(made)),
    replace: (path, bytes, mode) => systemDisk.replace(to(path), bytes, mode),
    create: (path, bytes, mode) => systemDisk.create(to(path), bytes, mode),
    remove: (path) => systemDisk.remove(to(path)),
    removeEmpty: (folder) => systemDisk.removeEmpty(to(folder)),
    lock: (path, staleBefore) => systemDisk.lock(to(path), staleBefore),
  };
}

/** A configuration of a client that has been in use for a while, with a server of its own. */
export function usedConfig(client: Client): string {
  if (client.format === 'toml') {
    return `# My settings\nmodel = "best"\n\n[mcp_servers.other]\ncommand = "other" # keep\nenv = { TOKEN = "${OTHER_SECRET}" }\n\n[projects."/work"]\ntrust_level = "trusted"\n`;
  }
  const comment = client.format === 'jsonc' ? ' // keep' : '';
  const [key = ''] = client.servers;
  const inputs =
    client.inputs === undefined ? '' : `  "${client.inputs}": [\n    { "id": "other", "type": "promptString" }\n  ],\n`;
  return `{\n  "theme": "dark",${comment}\n${inputs}  "${key}": {\n    "other": {\n      "command": "other",\n      "env": { "TOKEN": "${OTHER_SECRET}" }\n    }${comment}\n  },\n  "zoom": 1.50\n}\n`;
}

/** The secret of another server, in its configuration. */
export const OTHER_SECRET = 'ghp_of-another-server';
