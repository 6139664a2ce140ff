/** One answer of Adobe as `Trial.seen` gets it. */
export interface SeenAnswer {
  /** Adobe's operation id; `token` for IMS. */
  readonly operation: string;
  /** Path of the request's URL; that of a status names its job. */
  readonly path: string;
  /** The JSON body that was sent; undefined for a request without one. */
  readonly sent: unknown;
  readonly requestId: string;
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** May hold signed links, and of IMS a token: never to be stored or shown. */
  readonly text: string;
}

/** What `firefly-mcp verify` adds to requests and sees of answers. Nothing else has one. */
export interface Trial {
  /** Further headers of a request, by its operation and JSON body. Names in lower case. */
  headersFor(operation: string, body: unknown): Readonly<Record<string, string>>;
  /** Called once for each answer, before anything is concluded from it. Must not throw. */
  seen(answer: SeenAnswer): void;
}
