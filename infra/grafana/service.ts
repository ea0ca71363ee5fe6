import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { assemble } from './dashboard.ts';
import { enrichment, pubSub, store } from './service-neighbours.ts';
import { cost, modelProcesses, proxyProcesses } from './service-processes.ts';
import { model, replica } from './variables.ts';

/** How are the processes, and what they talk to? */
export function service(): Dashboard {
  return assemble({
    uid: 'eddy-service',
    title: 'Eddy: Service',
    description:
      'What an item costs, how the processes are, and how what they talk to is: Pub/Sub, the store, sources.',
    variables: [model(), replica()],
    sections: [cost, proxyProcesses, pubSub, store, enrichment, modelProcesses],
  });
}
