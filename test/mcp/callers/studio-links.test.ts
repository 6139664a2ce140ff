import { afterAll, beforeAll } from 'vitest';
import { SharedServer } from './shared-server.ts';
import { studioLinksContract } from './studio-links.contract.ts';

// Needs the built program, unlike most of caller.test.ts, which seeded mistakes run without it.
let server: SharedServer;
beforeAll(async () => {
  server = await SharedServer.open();
});
afterAll(() => server.end());

studioLinksContract(() => server);
