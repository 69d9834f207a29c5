import * as z from 'zod';
import { oneOf, type ParameterGroup } from '../parameter.ts';

/** {@link ParameterGroup} */
export const STACK: ParameterGroup = {
  title: 'The stack',
  parameters: {
    deletionPolicy: {
      default: 'Retain',
      value: () => z.enum(['Delete', 'Retain'], 'must be Delete or Retain'),
      allowed: oneOf(['Retain', 'Delete']),
      does: "The fate of the table and the stack's secret when the stack is removed or has to replace them.",
    },
  },
};
