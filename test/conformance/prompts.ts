import {
  acceptedContent,
  inputRequired,
  type GetPromptResult,
  type InputRequiredResult,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { PIXEL, type FixtureCall } from './fixture.ts';

// The prompts and resources that the conformance suite asks for by name.

const user = <Content extends GetPromptResult['messages'][number]['content']>(content: Content) => ({
  role: 'user' as const,
  content,
});
const words = (text: string) => user({ type: 'text', text });
const argument = (name: string) => ({ name, description: 'A fixture.', required: true });

/** Arguments of each prompt. */
export const PROMPTS: Readonly<Record<string, readonly ReturnType<typeof argument>[]>> = {
  test_simple_prompt: [],
  test_prompt_with_arguments: [argument('arg1'), argument('arg2')],
  test_prompt_with_embedded_resource: [argument('resourceUri')],
  test_prompt_with_image: [],
  test_input_required_result_prompt: [],
};

/** The messages of a prompt; undefined for an unknown one. */
export function getPrompt(
  name: string,
  args: Readonly<Record<string, string>>,
  { inputResponses }: FixtureCall['mcpReq'],
): GetPromptResult | InputRequiredResult | undefined {
  switch (name) {
    case 'test_simple_prompt':
      return { messages: [words('This is a simple prompt for testing.')] };
    case 'test_prompt_with_arguments':
      return { messages: [words(`Prompt with arguments: arg1='${args['arg1']}', arg2='${args['arg2']}'`)] };
    case 'test_prompt_with_embedded_resource': {
      const text = 'Embedded resource content for testing.';
      const resource = { uri: args['resourceUri'] ?? '', mimeType: 'text/plain', text };
      return { messages: [user({ type: 'resource', resource }), words('Please process the embedded resource above.')] };
    }
    case 'test_prompt_with_image':
      return {
        messages: [
          user({ type: 'image', data: PIXEL, mimeType: 'image/png' }),
          words('Please analyze the image above.'),
        ],
      };
    case 'test_input_required_result_prompt': {
      const answer = acceptedContent(inputResponses, 'user_context', z.object({ context: z.string() }));
      if (answer !== undefined) return { messages: [words(answer.context)] };
      const message = 'What context should the prompt use?';
      const properties = { context: { type: 'string' as const } };
      const requestedSchema = { type: 'object' as const, properties, required: ['context'] };
      return inputRequired({ inputRequests: { user_context: inputRequired.elicit({ message, requestedSchema }) } });
    }
    default:
      return undefined;
  }
}

/** The contents of a resource; undefined for an unknown one. */
export function readResource(uri: string) {
  if (uri === 'test://static-text') {
    return { uri, mimeType: 'text/plain', text: 'This is the content of the static text resource.' };
  }
  if (uri === 'test://static-binary') return { uri, mimeType: 'image/png', blob: PIXEL };
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
  if (id === undefined) return undefined;
  const text = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` });
  return { uri, mimeType: 'application/json', text };
}
