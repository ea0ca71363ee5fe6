import { invalidArgument } from './broker-error.ts';

type Kind = 'topics' | 'subscriptions' | 'snapshots';

// cloud.google.com/pubsub/docs/pubsub-basics#resource_names
const id = /^[A-Za-z][A-Za-z0-9\-_.~+%]{2,254}$/;

/** @throws BrokerError unless the name is one for a resource of that kind: `projects/P/topics/T` */
export function checkName(name: string, kind: Kind): void {
  const [projects, project, kindThere, resource, ...rest] = name.split('/');
  if (projects !== 'projects' || !project || kindThere !== kind || resource === undefined || rest.length > 0) {
    throw invalidArgument(`Invalid name ${JSON.stringify(name)}: expected projects/PROJECT/${kind}/NAME.`);
  }
  if (!id.test(resource) || resource.startsWith('goog')) {
    throw invalidArgument(
      `Invalid name ${JSON.stringify(name)}: ${JSON.stringify(resource)} must have 3 to 255 characters, ` +
        'letters, digits and -_.~+%, begin with a letter and not begin with goog.',
    );
  }
}

/** Whether a resource belongs to the project, `P` of `projects/P`. */
export function isOfProject(name: string, project: string): boolean {
  return name.startsWith(`projects/${project}/`);
}
