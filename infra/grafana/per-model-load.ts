import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { assemble } from './dashboard.ts';
import { answers, room, saved } from './per-model-answers.ts';
import { load, which } from './per-model-comparison.ts';
import { oneModel } from './per-model-detail.ts';
import { model, replica } from './variables.ts';

/** Which model is ill, and are the others not? */
export function perModelLoad(): Dashboard {
  return assemble({
    uid: 'eddy-per-model-load',
    title: 'Eddy: Per-model load',
    description:
      'Which model is ill, and are the others really not? First all models side by side, then each with its own row.',
    variables: [model(), replica()],
    sections: [which, load, answers, room, saved, oneModel],
  });
}
