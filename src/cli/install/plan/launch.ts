import { DESCRIPTION, ASKED_OPTIONS } from '../../../../packaging/description.mjs';
import { defaultHome } from '../../../config/folders.ts';
import type { Input, Launch, Where } from '../client.ts';
import type { Credentials } from '../credentials/credentials.ts';

/** The entry's name in every client. */
export const SERVER_NAME = DESCRIPTION.serverKey;

/** What a client that keeps secrets itself asks for: the credentials. */
export const INPUTS: readonly Input[] = ASKED_OPTIONS.filter((option) => option.credential).map((option) => ({
  type: 'promptString',
  id: inputId(option.key),
  description: `Firefly: ${option.title.toLowerCase()}`,
  password: option.secret,
}));

/** The variables of the credentials, filled by what the client asks for. */
export const INPUT_VARIABLES: Readonly<Record<string, string>> = Object.fromEntries(
  ASKED_OPTIONS.filter((option) => option.credential).map(({ variable, key }) => [
    variable,
    `\${input:${inputId(key)}}`,
  ]),
);

/** How this very program is started: absolute paths, since hosts with a window have another `PATH` than a shell. */
export function launchOf(
  program: { readonly node: string; readonly script: string },
  { demo, variables }: { readonly demo: boolean; readonly variables: Readonly<Record<string, string>> },
): Launch {
  const args = demo ? DESCRIPTION.args.demo : DESCRIPTION.args.stdio;
  return { command: program.node, args: [program.script, ...args], env: variables };
}

/** How the published package is started, for addresses that are opened on another machine. */
export function publishedLaunch(variables: Readonly<Record<string, string>>): Launch {
  return { ...DESCRIPTION.npx, env: variables };
}

/** Variables of an entry: the credentials, and a data folder that is not the usual one, since hosts do not pass it on. */
export function variablesOf(
  where: Where,
  home: string,
  credentials: Credentials | undefined,
): Readonly<Record<string, string>> {
  return {
    ...(home === defaultHome(where) ? {} : { FIREFLY_HOME: home }),
    ...(credentials === undefined
      ? {}
      : { FIREFLY_CLIENT_ID: credentials.clientId, FIREFLY_CLIENT_SECRET_FILE: credentials.secretFile }),
  };
}

function inputId(key: string): string {
  return `firefly-${key.replaceAll('_', '-')}`;
}
