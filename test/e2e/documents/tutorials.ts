import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lacks } from '../../support/lacking.ts';

/** Folder of Adobe's tutorials beside a checkout. They are not part of this project. */
const FOLDER = resolve(dirname(fileURLToPath(import.meta.url)), '../../../..', 'shared/tutorials');

/** The text of the tutorial of this number. Undefined where it is missing, which the end of the test run reports. */
export function tutorial(number: string): string | undefined {
  try {
    const name = readdirSync(FOLDER).find((each) => each.startsWith(`${number}_`) && each.endsWith('.txt'));
    if (name !== undefined) return readFileSync(join(FOLDER, name), 'utf8');
  } catch {
    // Reported below.
  }
  lacks(
    `Adobe’s tutorial ${number}, which is not part of this repository: put it into ${join('..', 'shared', 'tutorials')}`,
  );
  return undefined;
}

/** The JavaScript blocks of a tutorial, in order. */
export function scriptsIn(text: string): readonly string[] {
  return Array.from(text.matchAll(/^```js\n(.*?)^```/gms), ([, code = '']) => code);
}

/**
 * Replacements of the two packages that the tutorials import, with the functions that they call. They are written to the
 * `node_modules` of the folder in which the code runs.
 */
export const STAND_INS: Readonly<Record<string, string>> = {
  qs: `exports.stringify = (fields) => new URLSearchParams(fields).toString();`,
  axios: `
const http = require('node:http');

/** Sends text or a stream; JSON answers are parsed, and anything but 2xx is thrown with its answer. */
function axios({ method, url, headers, data }) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: method.toUpperCase(), headers }, (answer) => {
      const parts = [];
      answer.on('error', reject);
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        const isJson = (answer.headers['content-type'] ?? '').includes('json');
        const response = { status: answer.statusCode, headers: answer.headers, data: isJson ? JSON.parse(text) : text };
        if (response.status < 300) return resolve(response);
        reject(Object.assign(new Error('Request failed with status code ' + response.status), { response }));
      });
    });
    request.on('error', reject);
    if (data && typeof data.pipe === 'function') data.pipe(request);
    else request.end(data);
  });
}

module.exports = Object.assign(axios, { request: axios });
`,
};
