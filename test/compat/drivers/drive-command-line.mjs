// @ts-check
// The round of a program that starts anew for each request: its commands, and what it prints.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { PICTURE, REFUSED, SLOW, tell, told } from './task.mjs';

/** Longest wait for one command. */
const MOST_MS = 60_000;

/**
 * Runs a script of a package with this Node. Many end with an error code where the call was refused.
 * @param {string} script @param {readonly string[]} args
 * @param {Promise<void>} [giveUp] resolves when the person presses Ctrl+C
 * @returns {Promise<{ out: string, err: string, interrupted: boolean }>}
 */
export function run(script, args, giveUp) {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'], timeout: MOST_MS });
  const said = { out: '', err: '', interrupted: false };
  child.stdout.on('data', (text) => (said.out += text));
  child.stderr.on('data', (text) => (said.err += text));
  void giveUp?.then(() => (said.interrupted = child.kill('SIGINT')));
  return new Promise((resolve) => child.on('close', () => resolve(said)));
}

/** Path of a file in the folder of a driver. @param {string} own URL of the driver @param {string} file */
export const fileOf = (own, file) => fileURLToPath(new URL(file, own));

/**
 * @typedef {object} CommandLine
 * @property {() => Promise<readonly string[]>} listTools names
 * @property {(tool: string, args: object, giveUp?: Promise<void>) => Promise<{ out: string, err: string, interrupted: boolean }>} call
 * @property {(uri: string) => Promise<any>} readResource
 */

/** The result in the JSON that a program printed, whatever else it printed around. @param {string} text */
export function json(text) {
  const printed = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
  return printed.result ?? printed;
}

/**
 * Resolves once the slow job has begun, however long the program takes to start.
 * @param {CommandLine} program
 */
async function slowHasBegun(program) {
  const end = Date.now() + MOST_MS;
  while (Date.now() < end && !(await program.call('job_status', {})).out.includes(SLOW.prompt));
}

/** @param {CommandLine} program */
export async function driveCommandLine(program) {
  const tools = await program.listTools();
  const printed = json((await program.call('generate_image', PICTURE)).out);
  const made = printed.content ? told(printed) : { text: JSON.stringify(printed), kinds: [], structured: printed };
  const [uri = ''] = /firefly:\/\/images\/img_[a-z0-9]+/.exec(JSON.stringify(made)) ?? [];
  const [file] = (await program.readResource(uri)).contents;
  const refused = await program.call('fill_image', REFUSED);
  const { interrupted } = await program.call('generate_image', SLOW, slowHasBegun(program));
  const after = await program.call('job_status', {});
  tell({
    tools,
    made,
    picture: { type: file.mimeType, bytes: Buffer.from(file.blob, 'base64').length },
    refused: refused.out + refused.err,
    cancelled: interrupted,
    after: after.out,
  });
}
