import { listIn } from './arguments.ts';
import type { Prompt } from './define.ts';
import { call, promptWords } from './words.ts';

/** Motifs of one campaign with a model that was trained on the brand. */
export const campaign: Prompt = {
  name: 'campaign',
  title: 'Campaign with a custom model',
  description: 'Several motifs in the style of your brand, with a custom Firefly model.',
  arguments: [
    {
      name: 'model',
      description: 'Name or asset id of the custom model.',
      required: true,
      complete: async (typed, request) => {
        const { listModels } = await import('../tools/generate/custom-models.ts');
        const { firefly } = await request.services();
        const { models } = await listModels(firefly, 'published', request);
        return models.map(({ name }) => name).filter((name) => name.toLowerCase().includes(typed.toLowerCase()));
      },
    },
    { name: 'motifs', description: 'What is on each picture, separated by semicolons.', required: true },
  ],
  needs: ['list_custom_models', 'generate_image', 'submit_batch'],
  words: ({ model = '', motifs = '' }, { savesFiles }) => {
    const [first = '', ...others] = listIn(motifs);
    const items = others.map((prompt, index) => ({ id: `motif-${index + 2}`, prompt, custom_model: model }));
    const batch = { tool: 'generate_image', items, ...(savesFiles && { save_to: 'campaign' }) };
    return promptWords(
      [`Make a campaign with our custom model ${JSON.stringify(model)}, with these motifs: ${motifs}.`],
      [
        {
          say: 'Find the model',
          call: call('list_custom_models', { query: model }),
          after: 'If it has a concept, that word has to be in every prompt.',
        },
        {
          say: 'Make the first motif alone',
          call: call('generate_image', { prompt: first, custom_model: model }),
          after: 'Show it to me, and change the words until I like the style.',
        },
        ...(items.length === 0
          ? []
          : [
              {
                say: 'Then check the others in the words that worked, and tell me cost and time',
                call: call('submit_batch', { ...batch, dry_run: true }),
              },
              {
                say: 'After my yes, make them as one batch',
                call: call('submit_batch', batch),
                after:
                  'Follow it with job_status until it has ended, and show me all of them on one sheet with show_images.',
              },
            ]),
      ],
      ['To change a motif that is made, edit it with fill_image; make it anew only if I ask for another one.'],
    );
  },
};
