import type { CallToolResult } from '@modelcontextprotocol/server';

/** The part of `@opentelemetry/api` (1.x) that is used here. */
export interface TracingApi {
  readonly context: { active(): unknown };
  readonly propagation: { extract(context: unknown, carrier: unknown): unknown };
  readonly trace: {
    getTracer(
      name: string,
      version: string,
    ): {
      startActiveSpan<T>(name: string, options: object, context: unknown, work: (span: Span) => T): T;
    };
  };
}

interface Span {
  setAttribute(name: string, value: string): unknown;
  setStatus(status: { readonly code: number; readonly message?: string }): unknown;
  end(): void;
}

/** `SpanKind.SERVER` and `SpanStatusCode.ERROR`. */
const SERVER = 1;
const ERROR = 2;

/** A call, as its span names it. */
export interface TracedCall {
  readonly tool: string;
  readonly request: string | number;
  /** Protocol revision, where it is known. */
  readonly revision: string | undefined;
  /** `_meta` of the request: untrusted; `traceparent`, `tracestate` and `baggage` of it name the parent (MCP, SEP-414). */
  readonly meta: Readonly<Record<string, unknown>> | undefined;
  readonly transport: 'pipe' | 'tcp';
}

/** Runs a call in a span by the conventions of OpenTelemetry for MCP. Arguments and results are in none of its attributes. */
export function inSpan<Result extends object>(
  { trace, context, propagation }: TracingApi,
  { tool, request, revision, meta, transport }: TracedCall,
  { version, work }: { readonly version: string; readonly work: () => Promise<Result> },
): Promise<Result> {
  const attributes = {
    'mcp.method.name': 'tools/call',
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': tool,
    'jsonrpc.request.id': String(request),
    'network.transport': transport,
    ...(revision !== undefined && { 'mcp.protocol.version': revision }),
  };
  const fields = Object.entries(meta ?? {}).filter(
    ([name, value]) => ['traceparent', 'tracestate', 'baggage'].includes(name) && typeof value === 'string',
  );
  const parent = propagation.extract(context.active(), Object.fromEntries(fields));
  const tracer = trace.getTracer('firefly-mcp-server', version);
  return tracer.startActiveSpan(`tools/call ${tool}`, { kind: SERVER, attributes }, parent, async (span) => {
    const failed = (type: string) => {
      span.setAttribute('error.type', type);
      span.setStatus({ code: ERROR });
    };
    try {
      const result: Partial<CallToolResult> & Result = await work();
      if (result.isError === true) failed('tool_error');
      return result;
    } catch (error) {
      failed(error instanceof Error ? error.name : 'unknown');
      throw error;
    } finally {
      span.end();
    }
  });
}
