import * as z from 'zod';
import { oneOf, type ParameterGroup } from '../parameter.ts';
import * as values from '../values.ts';

/** {@link ParameterGroup} */
export const STACK: ParameterGroup = {
  title: 'The stack',
  parameters: {
    deletionPolicy: {
      default: 'Retain',
      value: () => z.enum(['Delete', 'Retain'], 'must be Delete or Retain'),
      allowed: oneOf(['Retain', 'Delete']),
      does: "The fate of the table, the stack's secret and the logs when the stack is removed or has to replace them. See [below](#removal-and-protection).",
    },
    deletionProtection: {
      otherwise: 'as it is',
      value: () => z.enum(['on', 'off'], "must be 'on' or 'off', in quotes in YAML"),
      allowed: oneOf(["'on'", "'off'"]),
      does: 'If on, neither the table nor the stack can be deleted until it is off again. A new table is protected by the second deployment. See [below](#removal-and-protection).',
    },
    tableName: {
      otherwise: 'a table of the stack',
      value: () => values.text(/^[A-Za-z0-9_.-]{3,255}$/, 'the name of a DynamoDB table'),
      allowed: 'the name of a table',
      does: 'An existing table to use: one restored from a backup, or left behind by a removed stage. It must be in the account and region of the stage. See [below](#an-existing-table).',
    },
    tableKmsKey: {
      default: 'off',
      value: () => z.enum(['on', 'off'], "must be 'on' or 'off', in quotes in YAML"),
      allowed: oneOf(["'on'", "'off'"]),
      does: 'If on, `kmsKeyArn` encrypts the table too. See [below](#your-own-secret-and-kms-key).',
    },
  },
};
