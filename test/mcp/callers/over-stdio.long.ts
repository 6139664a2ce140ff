/** @module-tag long */
import { afterAll, beforeAll, describe } from 'vitest';
import { callerContract } from './caller.contract.ts';
import { SharedServer } from './shared-server.ts';

let server: SharedServer;
beforeAll(async () => {
  server = await SharedServer.open();
});
afterAll(() => server.end());

describe('the local caller over stdio', () => {
  const can = { serverPaths: true, localFiles: true, uploadIds: 'any' } as const;
  const connectOther = (on: SharedServer) => on.overNetwork('ada', 'sessions');
  callerContract({ can, connect: (on) => on.overStdio(), connectOther }, () => server);
});
