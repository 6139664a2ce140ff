import type { PlatformPath } from 'node:path';
import { pathRules, type Environment } from '../../config/environment.ts';

/** A value of a configuration file. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The object that describes one server in a configuration. */
export interface Entry {
  readonly [key: string]: Json;
}

/** How a client starts the server, before the client's own form is given to it. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The system on which a client keeps its files. */
export interface Where extends Environment {
  /** Names in a folder; empty where there is none. */
  names(folder: string): readonly string[];
}

/** A value that a client asks its user for by itself and keeps in its own secret store. */
export interface Input {
  readonly [key: string]: Json;
  readonly id: string;
  readonly description: string;
  readonly password: boolean;
}

/** A client whose configuration this program can write: where it is kept, and the form of an entry. Pure data and paths. */
export interface Client {
  /** The word on the command line. */
  readonly id: string;
  readonly title: string;
  /** Configuration files of the user, most likely first. */
  files(where: Where): readonly string[];
  /** Files or folders that only a machine with this client has. Without it, the folders of `files`. */
  traces?(where: Where): readonly string[];
  /** `jsonc` is read by the client with comments and trailing commas, `json` is not. */
  readonly format: 'json' | 'jsonc' | 'toml';
  /** Keys that lead to the object whose members are servers. */
  readonly servers: readonly string[];
  entry(launch: Launch): Entry;
  /** Where the client keeps secrets itself: the key of its list of inputs. */
  readonly inputs?: string;
  /** An address that installs the server when it is opened. Never holds a secret. */
  link?(name: string, launch: Launch, inputs: readonly Input[]): string;
  /** What makes the client read its configuration anew; a sentence. */
  readonly reload: string;
  /** What a client that asks for the credentials itself does then; a sentence. */
  readonly asks?: string;
  /** The npm package and version that listed the server itself after `install`, on Linux (test/compat/hosts). */
  readonly tried?: string;
}

/** A path below the user's home folder. */
export function inHome(where: Where, ...parts: readonly string[]): string {
  return rules(where).join(where.home, ...parts);
}

/**
 * A path below the folder in which desktop programs keep settings: `%APPDATA%`, `~/Library/Application Support`,
 * `$XDG_CONFIG_HOME` or `~/.config`.
 */
export function inAppData(where: Where, ...parts: readonly string[]): string {
  if (where.platform === 'win32') {
    return rules(where).join(where.env['APPDATA'] || inHome(where, 'AppData', 'Roaming'), ...parts);
  }
  if (where.platform === 'darwin') return inHome(where, 'Library', 'Application Support', ...parts);
  return inConfig(where, ...parts);
}

/** A path below `$XDG_CONFIG_HOME` or `~/.config` (XDG Base Directory Specification), whatever the system. */
export function inConfig(where: Where, ...parts: readonly string[]): string {
  const xdg = where.env['XDG_CONFIG_HOME'];
  // The specification: a relative path is invalid and must be ignored.
  const base = xdg && rules(where).isAbsolute(xdg) ? xdg : inHome(where, '.config');
  return rules(where).join(base, ...parts);
}

/** A path below the folder that a variable names, or below a folder of the home folder without it. */
export function inFolderOf(where: Where, variable: string, otherwise: string, ...parts: readonly string[]): string {
  return rules(where).join(where.env[variable] || inHome(where, otherwise), ...parts);
}

function rules(where: Where): PlatformPath {
  return pathRules(where);
}

/** The form that most clients share. */
export function commandAndArgs({ command, args, env }: Launch): Entry {
  return { command, args, ...(Object.keys(env).length === 0 ? {} : { env }) };
}

/** JSON as base64, for addresses; its `+`, `/` and `=` still have to be encoded. */
export function base64(value: Json): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('base64');
}

/** What a person does once the entry is there, and what follows; sentences. */
export function afterwards({ reload, asks }: Pick<Client, 'reload' | 'asks'>, { demo = false } = {}): string {
  return demo || asks === undefined ? reload : `${reload} ${asks}`;
}
