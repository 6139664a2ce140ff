import { afterAll, afterEach } from 'vitest';
import { complain, endSearch, startSearch } from './support/artefacts.ts';

// For every test file, before it is loaded: its hooks run last, and see what those of the file removed. A module could
// not register them itself, since test files that share a process load it once.
startSearch();
afterEach(complain);
afterAll(endSearch);
