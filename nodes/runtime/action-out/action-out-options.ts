import type { ActionCommand } from '../../../src/client/commands/action-command';
import { type ActionOutOptions, actionOutDefaults } from '../../options';
import { readChoice, readFlag, readText, readTimeoutMs } from '../options/option-reading';
import type { TypedInput } from '../options/typed-value';
import { type AddressFields, readAddressFields } from './action-targets';

/** The options of an action-out node, read and checked. */
export interface ActionOutSettings {
  readonly address: AddressFields;
  readonly command: ActionCommand['command'];
  readonly value: TypedInput;
  readonly confirm: boolean;
  readonly timeoutMs: number;
}

/** @throws OchnoError `OCHNO_VALUE` naming the option that is unusable */
export function readActionOutOptions(saved: ActionOutOptions): ActionOutSettings {
  return {
    address: readAddressFields({
      company: readText('company', saved.company),
      location: readText('location', saved.location),
      hub: readText('hub', saved.hub),
      port: readText('port', saved.port),
    }),
    command: readChoice('command', saved.command, ['lamp', 'device', 'envelope']),
    value: {
      option: 'value',
      value: saved.value ?? actionOutDefaults.value,
      type: readText('valueType', saved.valueType, actionOutDefaults.valueType),
    },
    confirm: readFlag('confirm', saved.confirm),
    timeoutMs: readTimeoutMs(saved.timeout, Number(actionOutDefaults.timeout)),
  };
}
