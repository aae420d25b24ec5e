import { listAt, textAt } from '../fields.ts';
import type { Fault, Rule } from './rule.ts';

const duplicates: Rule = {
  name: 'duplicate-variable',
  check: ({ workloads }) =>
    workloads.flatMap(({ object, containers }) =>
      containers.flatMap(({ json, path }) => {
        const names = listAt(json, 'env').map((one) => textAt(one, 'name'));
        return names.flatMap((name, index): readonly Fault[] => {
          if (names.indexOf(name) === index) return [];
          return [
            {
              object,
              path: `${path}/env/${index}`,
              message: `sets ${name ?? ''} a second time: server-side apply refuses it`,
              fix: 'Leave one out.',
            },
          ];
        });
      }),
    ),
};

const secretName = /TOKEN|PASSWORD|PASSWD|SECRET|API_?KEY|PRIVATE_?KEY|CREDENTIAL/i;

const secrets: Rule = {
  name: 'secret-in-variable',
  check: ({ workloads }) =>
    workloads.flatMap(({ object, containers }) =>
      containers.flatMap(({ json, path }) =>
        listAt(json, 'env').flatMap((one, index): readonly Fault[] => {
          const name = textAt(one, 'name') ?? '';
          if (!secretName.test(name) || (textAt(one, 'value') ?? '') === '') return [];
          return [
            {
              object,
              path: `${path}/env/${index}/value`,
              // Its value stays out of the message.
              message: `${name} stands in the manifest, for everybody who can read it`,
              fix: 'Put it into a Secret and name that by valueFrom.secretKeyRef.',
            },
          ];
        }),
      ),
    ),
};

export const variableRules: readonly Rule[] = [duplicates, secrets];
