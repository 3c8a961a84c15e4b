import { actionOutDefaults, configDefaults, portInDefaults, restDefaults } from '../../nodes/options';

/** What is saved of a new node of each of our types. */
export const nodeDefaults: Readonly<Record<string, object>> = {
  'ochno-config': configDefaults,
  'ochno-port-in': portInDefaults,
  'ochno-action-out': actionOutDefaults,
  'ochno-rest': restDefaults,
};
