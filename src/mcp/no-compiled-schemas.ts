import { config } from 'zod';

// The SDK and the tools check with zod, which turns a schema into the text of a function and compiles that at the first
// check. A start checks each of its schemas once or twice, so that compiling costs more than it saves: about 3 % of a start,
// and more with each tool that is called. Imported before the SDK, since a schema takes the setting when it is made.
config({ jitless: true });
